package dev.outpour;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from the jar, once the hub is ready, what serving and ending may need of it later: the
 * classes of the hub, those of libraries that {@value #LIST} names, and the pages. Java reads a
 * class when it is first needed; from a jar that was written over meanwhile it cannot.
 *
 * <p>It works on a thread of its own. What cannot be had is passed over: then it is not there when
 * it is needed either.
 */
final class Preload {

  /** What the test that writes over the jar of a running hub found to be needed. */
  private static final String LIST = "classes.txt";

  /** As the kernel shows it. */
  static final String THREAD = "outpour-preload";

  private static final Logger log = LoggerFactory.getLogger(Preload.class);

  private static final String OWN = "dev/outpour/";
  private static final String COMMANDS = OWN + "cli/";
  private static final String PAGES = "webroot/";
  private static final String CLASS = ".class";

  private final Vertx vertx;

  private Preload(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Begins, where the hub runs from a jar. */
  static void start(Vertx vertx) {
    Path jar = jar();
    if (jar != null) {
      Thread thread = new Thread(() -> new Preload(vertx).load(jar), THREAD);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static @Nullable Path jar() {
    try {
      Path path = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException | IllegalArgumentException e) {
      log.debug("It cannot be said where the classes come from", e);
      return null;
    }
  }

  private void load(Path path) {
    long begun = System.nanoTime();
    try (JarFile jar = new JarFile(path.toFile())) {
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      long classes =
          Stream.concat(
                  names.stream()
                      .filter(name -> name.startsWith(OWN) && name.endsWith(CLASS))
                      .filter(name -> !name.startsWith(COMMANDS))
                      .map(Preload::className),
                  listed().flatMap(line -> named(line, names)))
              .filter(Preload::loadClass)
              .count();
      names.stream()
          .filter(name -> name.startsWith(PAGES) && !name.endsWith("/"))
          .forEach(this::unpack);
      log.debug(
          "{} classes are loaded, after {} ms", classes, (System.nanoTime() - begun) / 1_000_000);
    } catch (IOException e) {
      log.debug("The jar cannot be read", e);
    }
  }

  private static String className(String entry) {
    return entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
  }

  private Stream<String> listed() throws IOException {
    try (InputStream list = Preload.class.getResourceAsStream(LIST)) {
      return list == null
          ? Stream.empty()
          : new String(list.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(name -> vertx.isClustered() || !isForClusters(name));
    }
  }

  /** A class, or with a star at the end all of a package. */
  private static Stream<String> named(String line, List<String> entries) {
    if (!line.endsWith(".*")) {
      return Stream.of(line);
    }
    String folder = line.substring(0, line.length() - 1).replace('.', '/');
    return entries.stream()
        .filter(entry -> entry.startsWith(folder) && entry.endsWith(CLASS))
        .filter(entry -> entry.indexOf('/', folder.length()) < 0)
        .map(Preload::className);
  }

  private static boolean isForClusters(String name) {
    return name.startsWith("com.hazelcast.") || name.startsWith("io.vertx.spi.cluster.");
  }

  /** Nothing of it is run. */
  private static boolean loadClass(String name) {
    try {
      Class.forName(name, false, Preload.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      log.debug("{} cannot be loaded", name, e);
      return false;
    }
  }

  /**
   * Vert.x serves what is in the jar from a folder, where it puts it when it is first asked for.
   */
  private void unpack(String page) {
    try {
      ((VertxInternal) vertx).fileResolver().resolve(page);
    } catch (RuntimeException e) {
      log.debug("{} cannot be unpacked", page, e);
    }
  }
}
