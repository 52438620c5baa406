/** The rules of the network, recomputed by whoever looks. Pure functions; no network, no clock. */
export * from './assignment.ts';
export * from './attestation.ts';
export * from './bcs.ts';
export * from './bytes.ts';
export * from './consensus.ts';
export * from './finalization.ts';
export * from './json.ts';
export * from './merkle.ts';
export * from './model.ts';
export * from './rating.ts';
export * from './record.ts';
export * from './report.ts';
export * from './reward.ts';
export * from './verdict.ts';
export * from './window.ts';
