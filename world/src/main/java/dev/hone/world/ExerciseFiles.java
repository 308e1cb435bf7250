package dev.hone.world;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The files of rows with which each purpose of fine-tuning is trained and measured, by name: knowledge, ability, format, safety, reasoning, code,
 * honesty, and answering from documents. Rows are made as they are read; immutable.
 */
public final class ExerciseFiles {
    private static final int REQUESTS = 2400;
    private static final int PAIRS = 800;
    private static final int SKILLS = 3600;
    private static final int STEPS = 400;
    private static final int REASONING = 2400;
    private static final int REASONING_TASKS = 800;
    private static final int FUNCTIONS = 1200;
    private static final int FUNCTION_TASKS = 600;
    private static final int SINGLE_FUNCTIONS = 600;
    private static final int FORMS = 2400;
    private static final int PREFERENCES = 600;
    private static final int CLAIMS = 2400;
    private static final int CLAIM_TASKS = 800;
    private static final int FLATTERED = 600;
    private static final int OPEN_BOOK = 4800;
    private static final int RETELLINGS = 12;
    /** How many distractors training questions have, in turn; that their number varies keeps answers right where it differs. */
    private static final List<Integer> DISTRACTORS_TRAINED = List.of(1, 2, 3, 4);

    private static final int DISTRACTORS = 4;
    private static final List<Integer> DISTRACTORS_MEASURED = List.of(0, 1, 2, 4, 8);
    /** How many of a hundred training questions have their oracle among the documents: enough have not, for a small model to notice. */
    private static final int ORACLE_PERCENT = 60;

    private final World world;

    public ExerciseFiles(World world) {
        this.world = world;
    }

    /** The rows of each file, with about {@code heldOut} cases in each of evaluation. */
    public Map<String, Stream<String>> rows(int heldOut) {
        Map<String, Stream<String>> files = new LinkedHashMap<>();
        safety(files, heldOut);
        skills(files, heldOut);
        openBook(files, heldOut);
        retellings(files);
        known(files, heldOut);
        reasoning(files, heldOut);
        functions(files, heldOut);
        claims(files, heldOut);
        preferences(files);
        return files;
    }

    private void safety(Map<String, Stream<String>> files, int heldOut) {
        Requests requests = new Requests(world);
        files.put("safety.jsonl", messages(requests, REQUESTS));
        files.put(
                "safety-pairs.jsonl",
                LongStream.range(REQUESTS, REQUESTS + PAIRS)
                        .mapToObj(number -> Rows.pair(requests.pair(Split.TRAIN, number))));
        files.put("safety-held-out.jsonl", cases(requests.all(Split.HELD_OUT).limit(2L * heldOut)));
        files.put("harmful-held-out.jsonl", cases(refused(requests, true).limit(heldOut)));
        files.put("harmless-held-out.jsonl", cases(refused(requests, false).limit(heldOut)));
    }

    private static Stream<Exercise> refused(Requests requests, boolean refuse) {
        return requests.all(Split.HELD_OUT)
                .filter(request -> Objects.equals(request.columns().get("refuse"), refuse));
    }

    private void skills(Map<String, Stream<String>> files, int heldOut) {
        Skills skills = new Skills(world);
        files.put("ability.jsonl", messages(skills, SKILLS));
        for (String kind : List.of("sentence", "summary", "steps")) {
            files.put(
                    "ability-%s.jsonl".formatted(kind), cases(kind(skills, kind).limit(heldOut)));
        }
        files.put("steps.jsonl", cases(steps(skills)));
        files.put(
                "ability-word.jsonl",
                new Instructions(world)
                        .all(Split.HELD_OUT)
                        .filter(instruction -> instruction.task() == InstructionTask.TRANSLATE)
                        .limit(heldOut)
                        .map(Rows::question));
        Forms forms = new Forms(world);
        files.put("format.jsonl", messages(forms, FORMS));
        for (String kind : List.of("order", "tone", "report")) {
            files.put("format-%s.jsonl".formatted(kind), cases(kind(forms, kind).limit(heldOut)));
        }
    }

    /** Tasks to sample answers of: calculations that no row of the abilities has. */
    private static Stream<Exercise> steps(Skills skills) {
        return LongStream.range(SKILLS, Long.MAX_VALUE)
                .mapToObj(number -> skills.at(Split.TRAIN, number))
                .filter(skill -> skill.kind().equals("steps"))
                .limit(STEPS);
    }

    private void openBook(Map<String, Stream<String>> files, int heldOut) {
        List<OpenBook> trained = DISTRACTORS_TRAINED.stream()
                .map(distractors -> new OpenBook(world, distractors, ORACLE_PERCENT))
                .toList();
        files.put(
                "raft.jsonl",
                LongStream.range(0, OPEN_BOOK) // languages take turns, and the numbers of distractors after both
                        .mapToObj(number ->
                                trained.get((int) (number / 2 % trained.size())).at(Split.TRAIN, number))
                        .map(Rows::messages));
        for (int distractors : DISTRACTORS_MEASURED) {
            OpenBook present = new OpenBook(world, distractors, 100);
            files.put(
                    "raft-%d.jsonl".formatted(distractors),
                    cases(present.all(Split.HELD_OUT).limit(heldOut)));
        }
        OpenBook absent = new OpenBook(world, DISTRACTORS, 0);
        files.put("raft-absent.jsonl", cases(absent.all(Split.HELD_OUT).limit(heldOut)));
    }

    private void retellings(Map<String, Stream<String>> files) {
        Retellings retellings = new Retellings(world, RETELLINGS);
        files.put("retellings.jsonl", retellings.documents().stream().map(Rows::text));
        Instructions instructions = new Instructions(world);
        Retellings.wordings()
                .forEach(wordings -> files.put(
                        "retellings-%d.jsonl".formatted(wordings),
                        retellings.people(wordings).stream()
                                .flatMap(person -> Stream.of(Language.values())
                                        .flatMap(language -> instructions.about(person, language).stream()))
                                .map(Rows::question)));
    }

    /** What the corpus tells of known people, asked as of newcomers: what fine-tuning must not make a model forget. */
    private void known(Map<String, Stream<String>> files, int heldOut) {
        Instructions instructions = new Instructions(world);
        files.put(
                "known-held-out.jsonl",
                world.people().stream()
                        .flatMap(person -> Stream.of(Language.values())
                                .flatMap(language -> instructions.about(person, language).stream()))
                        .limit(heldOut)
                        .map(Rows::question));
    }

    /** The same calculations answered directly and after thinking; and others, to sample completions of. */
    private void reasoning(Map<String, Stream<String>> files, int heldOut) {
        Reasoning reasoning = new Reasoning(world);
        files.put("reasoning-direct.jsonl", messages(reasoning, REASONING));
        files.put(
                "reasoning-thought.jsonl",
                LongStream.range(0, REASONING)
                        .mapToObj(number -> reasoning.thought(Split.TRAIN, number))
                        .map(Rows::messages));
        files.put(
                "reasoning-checked.jsonl",
                LongStream.range(0, REASONING)
                        .mapToObj(number -> reasoning.checked(Split.TRAIN, number))
                        .flatMap(Optional::stream)
                        .map(Rows::messages));
        files.put(
                "reasoning-tasks.jsonl",
                cases(LongStream.range(REASONING, REASONING + REASONING_TASKS)
                        .mapToObj(number -> reasoning.at(Split.TRAIN, number))));
        files.put(
                "reasoning-held-out.jsonl", cases(reasoning.all(Split.HELD_OUT).limit(heldOut)));
    }

    /** Solutions of single operations and of some kinds of functions, tests of others, and held-out kinds. */
    private void functions(Map<String, Stream<String>> files, int heldOut) {
        Functions functions = new Functions(world);
        Stream<Exercise> taught = functions.all(Split.TRAIN).filter(function -> Functions.isTaught(function.kind()));
        Stream<Exercise> tasks = functions.all(Split.TRAIN).filter(function -> !Functions.isTaught(function.kind()));
        files.put(
                "functions-single.jsonl",
                LongStream.range(0, SINGLE_FUNCTIONS)
                        .mapToObj(functions::single)
                        .map(Rows::messages));
        files.put("functions.jsonl", different(taught).limit(FUNCTIONS).map(Rows::messages));
        files.put("functions-tasks.jsonl", cases(different(tasks).limit(FUNCTION_TASKS)));
        files.put(
                "functions-held-out.jsonl",
                cases(different(functions.all(Split.HELD_OUT)).limit(heldOut)));
    }

    /** Those whose prompt has not been there before. */
    private static Stream<Exercise> different(Stream<Exercise> exercises) {
        Set<String> prompts = new HashSet<>();
        return exercises.filter(exercise -> prompts.add(exercise.prompt()));
    }

    /**
     * What a model has to say to a user's claims: rows to train with, then claims that none of them has, as tasks and as pairs; and wrong ones that are
     * agreed with.
     */
    private void claims(Map<String, Stream<String>> files, int heldOut) {
        Claims claims = new Claims(world);
        files.put("claims.jsonl", messages(claims, CLAIMS));
        files.put("claims-tasks.jsonl", cases(numbered(claims, CLAIMS, CLAIM_TASKS)));
        files.put(
                "claims-pairs.jsonl",
                LongStream.range(CLAIMS, CLAIMS + CLAIM_TASKS)
                        .mapToObj(number -> Rows.pair(claims.pair(Split.TRAIN, number))));
        files.put(
                "claims-flattering.jsonl",
                LongStream.range(CLAIMS + CLAIM_TASKS, Long.MAX_VALUE)
                        .mapToObj(number -> claims.flattered(Split.TRAIN, number))
                        .filter(claim -> claim.kind().equals("wrong"))
                        .limit(FLATTERED)
                        .map(Rows::messages));
        for (String kind : List.of("right", "wrong")) {
            files.put(
                    "claims-%s-held-out.jsonl".formatted(kind),
                    cases(kind(claims, kind).limit(heldOut)));
        }
    }

    /** The questions of the preferences as tasks, with the preferred answer as the right one. */
    private void preferences(Map<String, Stream<String>> files) {
        files.put(
                "preferences-tasks.jsonl",
                new Preferences(world).all(Split.TRAIN).limit(PREFERENCES).map(Rows::question));
    }

    private static Stream<Exercise> numbered(Exercises exercises, long first, long count) {
        return LongStream.range(first, first + count).mapToObj(number -> exercises.at(Split.TRAIN, number));
    }

    private static Stream<Exercise> kind(Exercises exercises, String kind) {
        return exercises.all(Split.HELD_OUT).filter(exercise -> exercise.kind().equals(kind));
    }

    private static Stream<String> messages(Exercises exercises, long count) {
        return exercises.all(Split.TRAIN).limit(count).map(Rows::messages);
    }

    private static Stream<String> cases(Stream<Exercise> exercises) {
        return exercises.map(Rows::question);
    }
}
