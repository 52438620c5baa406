package io.vramhub.framework.djl;

/** What a framework can do wrong, and the test of the contract that finds it out. */
enum FrameworkFault {
  ANOTHER_LOSS("computesTheLossOfTheModel"),
  COUNTS_FROM_ONE("reportsEveryStepInOrder"),
  NEVER_LEARNS("learns"),
  BORROWS_ITS_PARAMETERS("copiesItsParametersInAndOutToTheBit"),
  TRAINS_ON_EVALUATIONS("anEvaluationChangesNothing"),
  RESTORES_NOTHING("aRestoredOptimizerGoesOnWhereItWasSaved"),
  LOADING_FORGETS_THE_OPTIMIZER("loadingKeepsTheOptimizer"),
  RESTORES_ANYTHING("refusesTheOptimizerOfAnotherModel"),
  STOPS_LATE("stopsBeforeTheNextStepWhenItIsCancelled"),
  IGNORES_DEMAND("trainsNoFasterThanItIsAsked"),
  EVALUATES_ANYTHING("refusesWhatDoesNotFitTheModelAndChangesNothing"),
  TAKES_ANY_DEVICE("refusesADeviceItDoesNotHave"),
  SESSIONS_STAY_OPEN("aClosedSessionRefusesAndClosesAgain"),
  FORGETS_ITS_SESSIONS("closingTheFrameworkEndsItsSessions");

  private final String foundBy;

  FrameworkFault(String foundBy) {
    this.foundBy = foundBy;
  }

  /** The test that fails. */
  String foundBy() {
    return foundBy;
  }
}
