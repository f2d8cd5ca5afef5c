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
 * Loads everything from the jar that the hub may need later, once it is ready: its classes, the
 * classes of libraries in {@value #LIST}, and the pages. Java loads a class when it is first
 * needed, which fails if the jar was overwritten meanwhile.
 *
 * <p>It runs on a thread of its own, and ignores what it cannot load.
 */
final class Preload {

  /** Classes that the test of an overwritten jar found to be needed. */
  private static final String LIST = "classes.txt";

  /** The name of the thread. */
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

  /** Starts to load, if the hub runs from a jar. */
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
      Path path =
          Path.of(Preload.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException | IllegalArgumentException e) {
      log.debug("The location of the classes is unknown", e);
      return null;
    }
  }

  private void load(Path path) {
    long started = System.nanoTime();
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
      log.debug("Loaded {} classes in {} ms", classes, (System.nanoTime() - started) / 1_000_000);
    } catch (IOException e) {
      log.debug("Could not read the jar", e);
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

  /** The classes of a line: a class, or all of a package if it ends with a star. */
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

  /** Loads a class without initializing it. */
  private static boolean loadClass(String name) {
    try {
      Class.forName(name, false, Preload.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      log.debug("Could not load {}", name, e);
      return false;
    }
  }

  /**
   * Unpacks a page. Vert.x serves pages of the jar from a folder, to which it unpacks each at its
   * first request.
   */
  private void unpack(String page) {
    try {
      ((VertxInternal) vertx).fileResolver().resolve(page);
    } catch (RuntimeException e) {
      log.debug("Could not unpack {}", page, e);
    }
  }
}
