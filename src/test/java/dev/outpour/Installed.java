package dev.outpour;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs that are installed on this machine. It downloads nothing. */
public final class Installed {

  /** More folders, which may be only on the {@code PATH} of root. */
  private static final List<String> PLACES = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

  private Installed() {}

  /** The path of a program by one of its names. */
  public static Optional<Path> find(String... names) {
    String[] path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
    List<String> places = Stream.concat(Arrays.stream(path), PLACES.stream()).toList();
    return Stream.of(names)
        .flatMap(name -> places.stream().map(place -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The path of a program. If it is missing, the calling test is skipped, see {@link #giveUp}. */
  public static Path need(String name, String debianPackage) {
    return find(name)
        .orElseGet(
            () -> giveUp("it needs " + name + ", which apt-get install " + debianPackage + " has"));
  }

  /** Skips the calling test with a message, or fails it on a CI machine. */
  public static <T> T giveUp(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      return fail(reason);
    }
    System.out.println("A test is skipped: " + reason);
    return abort(reason);
  }
}
