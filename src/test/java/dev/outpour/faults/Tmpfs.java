package dev.outpour.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk in memory, to be filled. */
final class Tmpfs implements AutoCloseable {

  private final Path mounted;

  private Tmpfs(Path mounted) {
    this.mounted = mounted;
  }

  /** Mounts one. */
  static Tmpfs mount(Path directory, int kilobytes) throws IOException {
    Machine.needsRoot("mount a tmpfs");
    Path mounted = Files.createDirectory(directory.resolve("tmpfs"));
    Machine.run(
        Machine.tool("mount", "mount"),
        "-t",
        "tmpfs",
        "-o",
        "size=" + kilobytes + "k",
        "tmpfs",
        mounted.toString());
    return new Tmpfs(mounted);
  }

  /** Where it is mounted. */
  Path path() {
    return mounted;
  }

  /** The file that takes the room of others. */
  Path ballast() {
    return mounted.resolve("ballast");
  }

  /** Fills it up with the ballast, which it gives. */
  Path fill() throws IOException {
    Path ballast = ballast();
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[4_096]);
      }
    } catch (IOException e) {
      return ballast;
    }
  }

  @Override
  public void close() {
    Machine.run(Machine.tool("umount", "mount"), mounted.toString());
  }
}
