package io.vramhub.storage.walrus;

import java.time.Clock;
import reactor.core.scheduler.Scheduler;

/** Threads and time, as the host gives them. */
record WalrusRuntime(Scheduler blocking, Scheduler timer, Clock clock) {}
