/**
 * The checker: actors that publish and read write down what they did and saw, and from their
 * journals alone it is decided whether a hub has kept its promise.
 *
 * <pre>
 *   Publisher, ReaderChain ──► Journal (a directory) ──► Checker ──► Verdict
 *        └─── Workload ───┘       w0.jsonl, r0.jsonl, log.jsonl
 * </pre>
 */
package dev.outpour.checker;
