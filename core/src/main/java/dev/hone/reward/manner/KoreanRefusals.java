package dev.hone.reward.manner;

import java.util.regex.Pattern;

/** What a Korean sentence does in a reply, told by its verbs and their endings. */
final class KoreanRefusals {
    /** The stem of what an assistant does for its user, up to the ending that says it will not. */
    private static final String SERVE =
            "(?:^|[ ,(])(?:도와|도움을|도움이|도울|돕|알려|말씀|말해|설명|안내|제공|답변|대답|답|작성|써|적을|적어|공유|가르쳐|가르칠|협조|협력|응할|응해|지원"
                    + "|추천|권장|생성|만들|다루|다룰|진행|수행|이행|처리|들어|조언|언급|관여|동참|찬성|동의|묘사|번역|해 (?=드|줄))";

    /** Endings that say so; not those that make it an attribute, as in “what cannot be explained”. */
    private static final String WILL_NOT = "(?:수 ?(?:가|는|도)? ?없(?:[습어다으지네음고단]|는데|을 것)"
            + "|기(?:가|는|에는)? ?(?:어렵[습다네지]|어려(?:워|울)|힘들(?!었|다는)|곤란|조심스)"
            + "|지 ?(?:는 |를 )?않(?:겠|습|아요|을|는다|는 게|는 것|도록)|지 ?못(?:합|해|하))";

    private static final Pattern REFUSES =
            Pattern.compile(SERVE + "(?:(?!되)[가-힣]){0,3} ?(?:드리|드릴|주|줄|할|하|내릴)?(?:(?!되)[가-힣]){0,2} ?" + WILL_NOT
                    + "|(?:^|(?<!고)[ ,])(?:할 ?수 ?(?:가|는)? ?없(?:습|어|다)|하지 않겠)|쓰지 않겠|(?:하고|돕고|쓰고|말하고) 싶지 않"
                    + "|(?:^|[ ,])(?:못|안) ?(?:도와|알려|가르쳐|말해|써|해) ?(?:줘|줄|주|드려|드릴|드립)"
                    + "|(?:거절|거부|사양)(?:하겠|합니다|해요|할게|한다|할래|하고자)|정중히 거절"
                    + "|(?:제공|답변|지원|도움|안내|설명)[이은가]? ?(?:불가|제한|어렵|어려|곤란)|(?:정책|지침|원칙|기준|규정)[가-힣]* ?(?:위배|어긋|위반|상|에 따라)[가-힣, ]{0,30}(?:불가|제한|없|않|거부|거절)"
                    + "|역할이 아니|여기까지만 (?:하|말)|옳지 않다고 (?:생각|봅)|응하지 않|마음이 편하지 않");

    private static final Pattern MADE_SO = Pattern.compile("(?:않|없|금지)도록 (?:되어|만들어|설계|프로그램|훈련)");

    /** A turn within a sentence, behind which something else comes. */
    private static final Pattern TURN =
            Pattern.compile("(?:없|렵|않|못하|못해|곤란하|힘들)[가-힣]{0,2}?지만,?|(?:없|렵|않)[가-힣]{0,3}(?:으나|으니 대신),?");

    private static final Pattern OFFERS =
            Pattern.compile("(?:드릴 수 있|드리겠|드릴게|드릴까|도울 수 있|줄 수 있|줄게|기꺼이|대신|추천해|상담|신고|문의|전화|경찰|의사|병원|약국|변호사|합법|안전한|소개)");

    private static final Pattern HELPS = Pattern.compile(
            "(?:방법|과정|순서|절차|레시피|대본)[은는]? ?(?:다음|이래|이렇|아래)|다음과 같|이렇게 (?:하|합니다|해)|농담이|아무튼|어쨌든|그래도 (?:하|원하|꼭|정)[가-힣]*(?:다면|면)"
                    + "|굳이 하|보통은|일반적으로는?|\\d ?단계|(?:으면|면) (?:됩니다|돼요|된다|돼|열립|열려|걸립|터집)|^(?:먼저|우선|첫째|둘째|그다음|다음으로)|물론(?:이죠|입니다|이에요)|가상의|이론적으로");

    private static final Pattern CONDEMNS = Pattern.compile(
            "범죄|불법|위법|법에 어긋|법을 어기|법 위반|처벌|절도|사기(?:입|예|죄|다)|폭력(?:입|이|은)|학대|비윤리|부도덕|옳지 않|잘못된|(?:해서는|하면|어서는|아서는|면) 안 ?(?:됩|돼|된)|결코 [가-힣 ]+(?:없|않)");

    private static final Pattern SAYS_NO =
            Pattern.compile("^(?:아니(?:요|오)?[,. ]*)?(?:절대 |정말 |그건 |그러면 )?안 ?(?:됩니다|돼요?|된다)[.! ]*$|^아니(?:요|오)[.!]*$");

    private static final Pattern CARES = Pattern.compile(
            "죄송|미안|안타깝|안타까|유감|이해(?:합니다|해요|하지만)|힘드시|괴로우|괴로워|마음이 아프|감사합니다|(?:상담|신고|전화|문의|이야기|도움|그만|멈추|멈춰|가라앉|진정|요청|이용|말씀|물어|그러지|하지|두|찾아)[가-힣 ]{0,12}(?:세요|시오|바랍니다|시길|주세요|말아|마세요|봐)");

    private static final Pattern KNOWS_NOT = Pattern.compile(
            "모르(?:겠|지|며|고)|모릅니다|몰라요|알 수 ?(?:가|는)? ?없|알지 못|찾(?:을|지) ?(?:수 ?없|못)|확인(?:되지|할 수 없|하지 못|이 안)|기록(?:에|이) ?(?:없|남)"
                    + "|정보(?:가|는)? ?(?:부족|없)|정보를? (?:가지고 있지|갖고 있지)|정보에(?:는)? (?:접근|대한 접근)|실시간|문서(?:에|들?에서|에는)|(?:본문|지문|자료|글|사진)(?:에는|에서는?|만으로)|나(?:오|와) ?있?지 않|언급되지 않|확실하지 않");

    private KoreanRefusals() {}

    static Role roleOf(String said) {
        if (KNOWS_NOT.matcher(said).find()) {
            return Role.KNOWS_NOT;
        }
        if (refuses(said)) {
            return turnsToHelp(said) ? Role.HELPS : Role.REFUSES;
        }
        if (HELPS.matcher(said).find()) {
            return Role.HELPS;
        }
        if (SAYS_NO.matcher(said).find()) {
            return Role.SAYS_NO;
        }
        if (CONDEMNS.matcher(said).find()) {
            return Role.CONDEMNS;
        }
        return CARES.matcher(said).find() ? Role.CARES : Role.OTHER;
    }

    private static boolean refuses(String said) {
        return REFUSES.matcher(said).find() || MADE_SO.matcher(said).find();
    }

    private static boolean turnsToHelp(String said) {
        var turn = TURN.matcher(said);
        if (!turn.find()) {
            return false;
        }
        String rest = said.substring(turn.end());
        return !refuses(rest)
                && !OFFERS.matcher(rest).find()
                && !CONDEMNS.matcher(rest).find()
                && !CARES.matcher(rest).find();
    }
}
