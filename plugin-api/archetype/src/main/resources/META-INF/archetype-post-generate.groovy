// Every kind was generated into kinds/; the chosen one moves into src/ and the others go.
import java.nio.file.Files
import java.nio.file.Path

Path project = Path.of(request.outputDirectory, request.artifactId)
Path kinds = project.resolve('kinds')
Path chosen = kinds.resolve(request.properties.getProperty('kind'))
if (!Files.isDirectory(chosen)) {
  project.toFile().deleteDir()
  throw new IllegalArgumentException(
      "there is no plugin kind '${chosen.fileName}'; kinds are ${kinds.toFile().list().sort().join(', ')}")
}
Files.walk(chosen).filter(Files::isRegularFile).toList().each { file ->
  Path target = project.resolve('src').resolve(chosen.relativize(file))
  Files.createDirectories(target.parent)
  Files.move(file, target)
}
kinds.toFile().deleteDir()

// The archetype plugin does not pack files whose names begin with a dot.
project.resolve('.gitignore').toFile().text = 'target/\nvramhub-data/\n'
