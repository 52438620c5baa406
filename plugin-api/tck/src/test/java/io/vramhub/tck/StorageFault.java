package io.vramhub.tck;

import io.vramhub.api.model.StorageTrait;
import java.util.Set;

/** What a storage can do wrong, and the test of the contract that finds it out. */
enum StorageFault {
  NONE(""),
  NOT_LISTED("isListedInItsServiceFile"),
  NAME_WITH_A_SPACE("hasANameThatAnOperatorCanWrite"),
  OPENS_BEFORE_IT_IS_ASKED("doesNothingBeforeSomebodySubscribesToItsOpening"),
  READY_ONCE("isReadyAsOftenAsItIsAsked"),
  TAKES_ANY_SETTING("refusesASettingItDoesNotKnow"),
  DOES_NOT_NAME_THE_SETTING("namesTheSettingThatIsOfAnotherType"),
  NEEDS_A_SETTING_IT_DOES_NOT_NAME("namesTheSettingThatIsMissingUnlessItHasADefault"),
  ONE_FOR_ALL_OPENINGS("eachOpeningIsAServiceOfItsOwn"),
  BLOCKS_ITS_CALLER("answersCallersThatMustNotBlock"),
  FAILS_WHEN_SHARED("answersManyCallersAtATime"),
  BROKEN_BY_CANCELLATION("isOfUseAfterCallsWereCancelled"),
  CLOSES_ONCE("closesAsOftenAsItIsAskedAndBySeveralAtATime"),
  WORKS_AFTER_CLOSING("signalsAnErrorForCallsAfterClosing"),
  LEAVES_A_THREAD("leavesNoThreadBehind"),
  HIDES_A_TRAIT("hasTheTraitsItIsSaidToHave"),
  WRONG_LENGTH("readsBackWhatWasStored"),
  ONE_BUFFER_FOR_ALL_CHUNKS("readsBackWhatWasStored"),
  KEEPS_THE_NAMES_IT_SAYS_IT_GIVES(
      "answersTheNameThatEveryNodeReadsBy", Set.of(StorageTrait.values())),
  RANGE_FROM_THE_NEXT_BYTE("readsAnyRange"),
  READS_PAST_THE_END("refusesARangeOutsideTheObject"),
  KEYS_WITHOUT_CASE("keepsEveryKeyApart"),
  LONG_KEYS_ARE_UNAVAILABLE("storesUnderLongKeysOrSaysThatItCannot"),
  REFUSES_REPEATS("acceptsTheSameBytesAgain"),
  OVERWRITES("refusesOtherBytesUnderATakenKey"),
  BELIEVES_ITS_SOURCES("storesNothingThatIsNotWhatWasAnnounced"),
  READS_ITS_SOURCE_ONCE("passesOnTheErrorOfASourceAndReadsItAnew"),
  STORES_WITHOUT_A_SUBSCRIBER("storesNothingBeforeSomebodySubscribes"),
  ABSENCE_IS_AN_ERROR("saysThatNothingIsThere"),
  ABSENCE_IS_EMPTY("saysThatNothingIsThere"),
  ERRORS_OF_ITS_OWN("saysThatNothingIsThere"),
  NEVER_VERIFIES("neverCompletesWithAnObjectThatIsNotTheExpectedOne"),
  FORGETS("keepsObjectsWhenItIsOpenedAgain"),
  HOLDS_ON_TO_ITS_SOURCE("aCancelledPutLeavesNothing"),
  HOLDS_FILES("aCancelledReadHoldsNoFile"),
  IGNORES_DEMAND("readsNoFasterThanItIsAsked"),
  LOSES_REPEATS_AT_A_TIME("concurrentPutsOfTheSameBytesAllSucceed"),
  CHECKS_THEN_ACTS("ofConcurrentPutsOfDifferentBytesOneWins"),
  DELETES_WITHOUT_A_WORD("deletesOrSaysThatItCannot", Set.of(StorageTrait.LIST)),
  ABSENT_CANNOT_BE_DELETED("deletesOrSaysThatItCannot"),
  LISTS_WITHOUT_A_WORD("listsAscendingByKeyOrSaysThatItCannot", Set.of(StorageTrait.DELETE)),
  LISTS_DESCENDING("listsAscendingByKeyOrSaysThatItCannot"),
  LISTS_FOLDERS_ONLY("listsAscendingByKeyOrSaysThatItCannot"),
  DELETES_A_FOLDER("answersAsAMapThroughAThousandRandomSequences"),
  KEEPS_HALF_WHEN_DISTURBED("keepsEveryObjectWholeThroughAThousandDisturbedSequences"),
  CLAIMS_SUCCESS_WHEN_DISTURBED("keepsEveryObjectWholeThroughAThousandDisturbedSequences"),
  SAYS_ABSENT_WHEN_DISTURBED("keepsEveryObjectWholeThroughAThousandDisturbedSequences");

  private final String foundBy;
  private final Set<StorageTrait> traits;

  StorageFault(String foundBy) {
    this(foundBy, Set.of(StorageTrait.LIST, StorageTrait.DELETE));
  }

  StorageFault(String foundBy, Set<StorageTrait> traits) {
    this.foundBy = foundBy;
    this.traits = traits;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }

  /** What the storage says it can do. */
  Set<StorageTrait> traits() {
    return traits;
  }
}
