package dev.outpour.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own: an image with ext4 behind a loop device. Its power can be cut, which loses
 * whatever was not synced, as nothing that happens to a process alone does.
 */
final class LoopDisk implements AutoCloseable {

  /** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: the journal is not written out either. */
  private static final String CUT =
      "import fcntl,os,struct,sys;"
          + "fcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack('I',2))";

  private final Path image;
  private final Path mounted;

  /** Written just before the power is cut; null before the first time. */
  private Path canary;

  private LoopDisk(Path image, Path mounted) {
    this.image = image;
    this.mounted = mounted;
  }

  /** Makes one and mounts it. */
  static LoopDisk make(Path directory, int megabytes) throws IOException {
    Machine.needsRoot("mount a loop device");
    Path image = directory.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) megabytes << 20);
    }
    Machine.run(Machine.tool("mkfs.ext4", "e2fsprogs"), "-q", "-F", image.toString());
    LoopDisk disk = new LoopDisk(image, Files.createDirectory(directory.resolve("disk")));
    disk.mount();
    return disk;
  }

  /** Where it is mounted. */
  Path path() {
    return mounted;
  }

  private void mount() {
    Machine.run(Machine.tool("mount", "mount"), "-o", "loop", "" + image, "" + mounted);
  }

  /**
   * Cuts the power: from now on nothing reaches the disk, and who tries is told of an error. What
   * uses it has to be ended before {@link #restore}.
   */
  void cutPower() throws IOException {
    // A new one each time: ext4 syncs a file that is written anew.
    canary = mounted.resolve("canary-" + System.nanoTime());
    Files.writeString(canary, "This is not synced, so it has to be lost.");
    Machine.run(Machine.tool("python3", "python3"), "-c", CUT, mounted.toString());
  }

  /** Has it come back with what it held when the power was cut. */
  void restore() throws IOException {
    unmount();
    mount();
    if (Files.exists(canary) && Files.size(canary) > 0) {
      throw new AssertionError("The power was not cut: what was never synced is still there");
    }
  }

  private void unmount() {
    Machine.run(Machine.tool("umount", "mount"), mounted.toString());
  }

  @Override
  public void close() {
    unmount();
  }
}
