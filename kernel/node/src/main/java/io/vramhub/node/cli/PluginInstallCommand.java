package io.vramhub.node.cli;

import io.vramhub.api.error.ErrorCode;
import io.vramhub.api.error.HubException;
import io.vramhub.api.model.Digest;
import io.vramhub.kernel.plugin.PluginDirectory;
import io.vramhub.node.TemporaryDirectory;
import io.vramhub.node.repository.MavenCoordinates;
import io.vramhub.node.repository.MavenRepositories;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets a plugin in, from a file or a Maven repository. */
@Command(
    name = "install",
    description = {
      "Check a plugin, pin it and put it in its place; a running node takes it over by itself.",
      "The jar it replaces is kept for `vramhub plugin rollback`."
    },
    mixinStandardHelpOptions = true)
final class PluginInstallCommand implements Callable<Integer> {
  @Mixin private GlobalOptions options = new GlobalOptions();
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE|GROUP:ARTIFACT:VERSION",
      description = "A jar, or where Maven repositories keep it.")
  private String plugin = "";

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "Install it only if it has this hash.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--local-repository",
      paramLabel = "DIR",
      description = "Maven's local repository (default: ~/.m2/repository).")
  private Optional<Path> localRepository = Optional.empty();

  @Option(
      names = "--repository",
      paramLabel = "URL",
      description = "A repository to ask if the local one does not have it.")
  private Optional<URI> repository = Optional.empty();

  @Override
  public Integer call() {
    return new PluginAnswer(spec, options)
        .print(this::install, PluginInstallation::json, PluginInstallation::text);
  }

  private PluginDirectory.Installed install() {
    Optional<Digest> expected = sha256.map(PluginInstallCommand::digest);
    PluginDirectory directory = plugins.directory();
    Optional<MavenCoordinates> coordinates = MavenCoordinates.of(plugin);
    if (coordinates.isEmpty() || Files.exists(Path.of(plugin))) {
      return directory.install(Path.of(plugin), expected);
    }
    MavenRepositories repositories =
        new MavenRepositories(
            localRepository.orElseGet(MavenRepositories::defaultLocal), repository);
    try (TemporaryDirectory downloads = TemporaryDirectory.create("vramhub-download")) {
      return directory.install(repositories.find(coordinates.get(), downloads.path()), expected);
    }
  }

  private static Digest digest(String hex) {
    try {
      return Digest.ofHex(hex);
    } catch (IllegalArgumentException e) {
      throw new HubException(ErrorCode.USAGE, "--sha256 takes 64 hex digits, not '" + hex + "'", e);
    }
  }
}
