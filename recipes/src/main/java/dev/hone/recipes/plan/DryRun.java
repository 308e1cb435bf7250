package dev.hone.recipes.plan;

import dev.hone.config.ConfigurationException;
import dev.hone.config.Configured;
import dev.hone.error.DataException;
import dev.hone.recipes.prepare.RunDatasets;
import dev.hone.recipes.prepare.TokenizerAndTemplate;
import dev.hone.recipes.run.RunDirectory;
import dev.hone.recipes.run.RunFile;
import dev.hone.recipes.run.RunLength;
import dev.hone.recipes.run.RunObserver;
import dev.hone.recipes.settings.TrainingSettings;
import java.util.List;

/**
 * What a run does before it loads its model: it reads every row, counts its steps, and looks whether it fits the machine. A check
 * makes it after its samples were found good, so that what it accepts is accepted by the run.
 */
public final class DryRun {
    private DryRun() {}

    /**
     * Makes it, and returns what the user should know.
     *
     * @throws DataException naming the first row that the run would refuse
     * @throws ConfigurationException where its length leaves settings without effect, or it does not fit the machine
     */
    public static List<String> of(Configured<RunFile> configured, RunObserver observer) {
        RunFile file = configured.value();
        try (TokenizerAndTemplate language = TokenizerAndTemplate.of(file)) {
            RunDatasets rows = RunDatasets.read(file, language, observer);
            ResourceEstimate given = ResourceEstimate.of(file, language, rows);
            MachineMemory machine = MachineMemory.now();
            ResourceEstimate fitted = given.fitted(machine);
            boolean mayExceed = file.training().execution().memory() == TrainingSettings.MemoryCheck.IGNORE
                    || RunDirectory.begun(file.output());
            if (!fitted.fit(machine) && !mayExceed) {
                throw new ConfigurationException(AutoSizing.refusal(given, fitted, machine));
            }
            return file.training().length().minutes() == null
                    ? new RunLength(file, fitted.survey().steps()).admit(configured)
                    : List.of(); // known once it has been timed
        }
    }
}
