package io.vramhub.node.devnet;

import io.vramhub.node.DataDirectory;
import io.vramhub.node.Home;
import io.vramhub.node.settings.Configuration;
import io.vramhub.node.settings.DevnetSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a devnet is asked to do. What is left empty comes from an earlier start on the same data
 * directory, or from the defaults.
 *
 * @param plugins directories in which plugins under development are built
 * @param windows last window to run; 0 runs until stopped
 * @param explorer whether VRAMScan is a guest of the devnet
 * @param json whether standard output is one JSON object, and events go to standard error
 */
public record DevnetOptions(
    Home home,
    DataDirectory data,
    Configuration<DevnetSettings> configuration,
    List<Path> plugins,
    Optional<Integer> miners,
    Optional<Integer> validators,
    long windows,
    Optional<Duration> window,
    List<DevnetPlan.Evil> evil,
    Optional<Long> seed,
    boolean screen,
    boolean explorer,
    boolean color,
    boolean json,
    boolean quiet,
    Clock clock) {}
