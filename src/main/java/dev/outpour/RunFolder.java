package dev.outpour;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a process for temporary files: native code of libraries, and pages of the jar. The
 * process deletes it at its end. If the process was killed, the next process of its user deletes
 * it, since the lock in it is free.
 *
 * <p>If the folder cannot be created, libraries use that of the system. For the thread that starts
 * the process.
 */
final class RunFolder {

  private static final Logger log = LoggerFactory.getLogger(RunFolder.class);

  private static final String NAME = "outpour-run-";
  private static final String LOCK = "lock";

  /** The properties that set the folders of libraries. */
  private static final String SQLITE = "org.sqlite.tmpdir";

  private static final String NETTY = "io.netty.native.workdir";
  private static final String VERTX = "vertx.cacheDirBase";

  /**
   * Keeps a reference to the lock until the process ends, when the kernel releases it. Without a
   * reference, the garbage collector would close the channel while other hooks still run. A thread
   * that has run drops its task, but keeps its fields.
   */
  private static final class Hold extends Thread {
    private final FileLock lock;

    private Hold(FileLock lock) {
      this.lock = lock;
    }

    @Override
    @SuppressWarnings("ReachabilityFenceUsage") // Only the field matters.
    public void run() {
      Reference.reachabilityFence(lock);
    }
  }

  private RunFolder() {}

  /** Creates the folder, sets it for libraries, and deletes abandoned folders. */
  static void make() {
    try {
      Path parent = Path.of(System.getProperty("java.io.tmpdir"));
      Path folder = Files.createTempDirectory(parent, NAME);
      // Deleted in the opposite order, after the files of libraries.
      folder.toFile().deleteOnExit();
      folder.resolve(LOCK).toFile().deleteOnExit();
      lock(folder);
      setIfAbsent(SQLITE, folder);
      setIfAbsent(NETTY, folder);
      setIfAbsent(VERTX, folder.resolve("vertx-cache"));
      removeAbandoned(parent, folder);
    } catch (IOException | RuntimeException e) {
      log.debug("Could not create a folder for temporary files", e);
    }
  }

  /** Locks a file before it gets its name, since a free lock means that its process has ended. */
  private static void lock(Path folder) throws IOException {
    Path unlocked = Files.createFile(folder.resolve(LOCK + ".new"));
    FileChannel channel = FileChannel.open(unlocked, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock != null) {
      Runtime.getRuntime().addShutdownHook(new Hold(lock));
      Files.move(unlocked, folder.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void setIfAbsent(String property, Path folder) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, folder.toString());
    }
  }

  private static void removeAbandoned(Path parent, Path own) throws IOException {
    Object user = Files.getOwner(own);
    try (DirectoryStream<Path> others = Files.newDirectoryStream(parent, NAME + "*")) {
      for (Path other : others) {
        if (!other.equals(own)
            && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(user)) {
          removeIfAbandoned(other);
        }
      }
    }
  }

  private static void removeIfAbandoned(Path folder) {
    Path lock = folder.resolve(LOCK);
    if (!Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        remove(folder);
      }
    } catch (IOException e) {
      log.debug("Could not delete {}", folder, e);
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
