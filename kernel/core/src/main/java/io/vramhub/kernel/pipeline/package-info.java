/**
 * What each role does in a window, as one readable chain of stages.
 *
 * <table>
 * <caption>Stages in order</caption>
 * <tr><th>Miner</th><th>Validator</th><th>Aggregator</th></tr>
 * <tr><td>wait until the window is open</td><td>wait until the window is open</td><td>wait until the
 * window is final</td></tr>
 * <tr><td>borrow the base checkpoint</td><td>load the base into the enclave</td><td>merge</td></tr>
 * <tr><td>train, until the budget ends</td><td>wait until scoring is open</td><td>wait until the root
 * is anchored</td></tr>
 * <tr><td>encode with error feedback</td><td>gather payloads, keys and pages</td><td>store the
 * snapshot when one is due</td></tr>
 * <tr><td>seal</td><td>have the enclave score them</td><td></td></tr>
 * <tr><td>keep payload and residual (journal: {@code prepared})</td><td>keep the report (journal:
 * {@code scored})</td><td></td></tr>
 * <tr><td>store</td><td>ask the guard, submit</td><td></td></tr>
 * <tr><td>ask the guard, commit</td><td>wait until final, recompute, merge, vote</td><td></td></tr>
 * </table>
 *
 * <p>A stage that must survive a crash is written to the journal before its effect leaves the node;
 * whatever ends a window ends it with one outcome in the journal, and never ends the role.
 */
@org.jspecify.annotations.NullMarked
package io.vramhub.kernel.pipeline;
