-- Version 1. A released version is never edited; the next one is added.
-- Hashes, keys and addresses are hexadecimal text as the API shows them, so that anyone can read the tables with SQL.

CREATE TABLE progress (
  one INT NOT NULL PRIMARY KEY CHECK (one = 1),
  network VARCHAR(64),
  attestation_policy TEXT,
  height BIGINT NOT NULL,
  time_ms BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  credited BIGINT NOT NULL,
  claimed BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  summed_gain BIGINT NOT NULL);
INSERT INTO progress VALUES (1, NULL, NULL, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE chain_event (
  sequence BIGINT NOT NULL PRIMARY KEY,
  time_ms BIGINT NOT NULL,
  kind VARCHAR(40) NOT NULL,
  topic VARCHAR(12) NOT NULL,
  window_number BIGINT,
  miner_uid BIGINT,
  validator_uid BIGINT,
  body TEXT NOT NULL);
CREATE INDEX chain_event_kind ON chain_event (kind, sequence);
CREATE INDEX chain_event_topic ON chain_event (topic, sequence);
CREATE INDEX chain_event_window ON chain_event (window_number, sequence);
CREATE INDEX chain_event_miner ON chain_event (miner_uid, sequence);
CREATE INDEX chain_event_validator ON chain_event (validator_uid, sequence);

-- The last one scheduled for the greatest effective window not after a window is in force in it.
CREATE TABLE parameter_set (
  sequence BIGINT NOT NULL PRIMARY KEY,
  effective BIGINT NOT NULL,
  scheduled_at_ms BIGINT NOT NULL,
  tokens_per_miner BIGINT NOT NULL,
  message BYTEA NOT NULL,
  body TEXT NOT NULL);

CREATE TABLE miner (
  uid BIGINT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  owner VARCHAR(66) NOT NULL,
  payout VARCHAR(66) NOT NULL,
  stake BIGINT NOT NULL,
  mu BIGINT NOT NULL,
  sigma BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  proof BIGINT NOT NULL,
  scored_windows BIGINT NOT NULL DEFAULT 0,
  absences BIGINT NOT NULL DEFAULT 0,
  windows BIGINT NOT NULL DEFAULT 0,
  commits BIGINT NOT NULL DEFAULT 0,
  accepted BIGINT NOT NULL DEFAULT 0,
  merged BIGINT NOT NULL DEFAULT 0,
  last_window BIGINT,
  weight BIGINT NOT NULL DEFAULT 0,
  earned BIGINT NOT NULL DEFAULT 0,
  claimed BIGINT NOT NULL DEFAULT 0,
  registered_sequence BIGINT NOT NULL,
  registered_at_ms BIGINT NOT NULL,
  withdrawable_at_ms BIGINT);
CREATE INDEX miner_ordinal ON miner (ordinal);

CREATE TABLE validator (
  uid BIGINT NOT NULL PRIMARY KEY,
  label TEXT NOT NULL,
  owner VARCHAR(66) NOT NULL,
  payout VARCHAR(66) NOT NULL,
  stake BIGINT NOT NULL,
  deviations BIGINT NOT NULL DEFAULT 0,
  jailed_by BIGINT,
  windows BIGINT NOT NULL DEFAULT 0,
  reports BIGINT NOT NULL DEFAULT 0,
  entries BIGINT NOT NULL DEFAULT 0,
  delay_ms BIGINT NOT NULL DEFAULT 0,
  votes BIGINT NOT NULL DEFAULT 0,
  agreeing_votes BIGINT NOT NULL DEFAULT 0,
  last_window BIGINT,
  enclave_epoch BIGINT,
  enclave_kind VARCHAR(10),
  earned BIGINT NOT NULL DEFAULT 0,
  claimed BIGINT NOT NULL DEFAULT 0,
  registered_sequence BIGINT NOT NULL,
  registered_at_ms BIGINT NOT NULL,
  withdrawable_at_ms BIGINT);

CREATE TABLE enclave (
  validator_uid BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  public_key TEXT NOT NULL,
  kind VARCHAR(10) NOT NULL,
  document BYTEA NOT NULL,
  document_bytes BIGINT NOT NULL,
  registered_sequence BIGINT NOT NULL,
  registered_at_ms BIGINT NOT NULL,
  reports BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (validator_uid, epoch));

CREATE TABLE training_window (
  number BIGINT NOT NULL PRIMARY KEY,
  outcome VARCHAR(8) NOT NULL,
  opened_sequence BIGINT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  scoring_at_ms BIGINT,
  finalized_sequence BIGINT,
  finalized_at_ms BIGINT,
  base_checkpoint BIGINT NOT NULL,
  base_root VARCHAR(64) NOT NULL,
  assignment_seed VARCHAR(64) NOT NULL,
  evaluation_seed VARCHAR(64),
  miners BIGINT NOT NULL,
  commits BIGINT NOT NULL DEFAULT 0,
  accepted BIGINT NOT NULL DEFAULT 0,
  rejected BIGINT NOT NULL DEFAULT 0,
  unscored BIGINT NOT NULL DEFAULT 0,
  validators BIGINT NOT NULL,
  reports BIGINT NOT NULL DEFAULT 0,
  deviations BIGINT NOT NULL DEFAULT 0,
  merged BIGINT NOT NULL DEFAULT 0,
  payload_bytes BIGINT NOT NULL DEFAULT 0,
  best_gain BIGINT,
  merged_gain BIGINT,
  top_g TEXT,
  top_g_digest VARCHAR(64),
  drifted TEXT,
  issued_before BIGINT,
  emission BIGINT NOT NULL DEFAULT 0,
  credited_miners BIGINT NOT NULL DEFAULT 0,
  credited_validators BIGINT NOT NULL DEFAULT 0,
  credited_treasury BIGINT NOT NULL DEFAULT 0,
  tokens BIGINT,
  summed_gain BIGINT);

CREATE TABLE window_miner (
  window_number BIGINT NOT NULL,
  miner_uid BIGINT NOT NULL,
  slot BIGINT,
  commit_sequence BIGINT,
  committed_at_ms BIGINT,
  commit_order BIGINT,
  content_hash VARCHAR(64),
  size BIGINT,
  storage_reference TEXT,
  codec VARCHAR(64),
  verdict VARCHAR(16),
  heldout_gain BIGINT,
  assigned_gain BIGINT,
  absences_before BIGINT,
  proof_before BIGINT,
  proof_after BIGINT,
  mu_before BIGINT,
  sigma_before BIGINT,
  mu_after BIGINT,
  sigma_after BIGINT,
  eligible BOOLEAN,
  weight BIGINT,
  pay BIGINT NOT NULL DEFAULT 0,
  merge_rank BIGINT,
  PRIMARY KEY (window_number, miner_uid));
CREATE INDEX window_miner_miner ON window_miner (miner_uid, window_number);
CREATE INDEX window_miner_content ON window_miner (content_hash);

CREATE TABLE window_validator (
  window_number BIGINT NOT NULL,
  validator_uid BIGINT NOT NULL,
  stake BIGINT,
  report_sequence BIGINT,
  reported_at_ms BIGINT,
  delay_ms BIGINT,
  enclave_epoch BIGINT,
  entries BIGINT NOT NULL DEFAULT 0,
  report BYTEA,
  deviations BIGINT NOT NULL DEFAULT 0,
  deviations_before BIGINT,
  jailed_before BOOLEAN,
  pay BIGINT NOT NULL DEFAULT 0,
  voted_root VARCHAR(64),
  vote_sequence BIGINT,
  voted_at_ms BIGINT,
  PRIMARY KEY (window_number, validator_uid));
CREATE INDEX window_validator_validator ON window_validator (validator_uid, window_number);

CREATE TABLE deviation (
  window_number BIGINT NOT NULL,
  validator_uid BIGINT NOT NULL,
  miner_uid BIGINT NOT NULL,
  PRIMARY KEY (window_number, validator_uid, miner_uid));

-- Over final windows: how many gradients both reported on, and on how many of them they said the same.
CREATE TABLE agreement (
  first_uid BIGINT NOT NULL,
  second_uid BIGINT NOT NULL,
  compared BIGINT NOT NULL,
  equal BIGINT NOT NULL,
  PRIMARY KEY (first_uid, second_uid));

CREATE TABLE checkpoint (
  number BIGINT NOT NULL PRIMARY KEY,
  root VARCHAR(64) NOT NULL,
  parent VARCHAR(64) NOT NULL,
  top_g_digest VARCHAR(64) NOT NULL,
  anchored_sequence BIGINT NOT NULL,
  anchored_at_ms BIGINT NOT NULL);
CREATE INDEX checkpoint_root ON checkpoint (root);

CREATE TABLE claim (
  sequence BIGINT NOT NULL PRIMARY KEY,
  claimed_at_ms BIGINT NOT NULL,
  payee VARCHAR(40) NOT NULL,
  recipient VARCHAR(66) NOT NULL,
  amount BIGINT NOT NULL);
