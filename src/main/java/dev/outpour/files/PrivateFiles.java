package dev.outpour.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes files and folders that nobody but the user of the process can read: 0600 and 0700, or less
 * where the umask says so. What is there already keeps its mode.
 */
public final class PrivateFiles {

  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFiles() {}

  /** Makes an empty file; fails if there is something of that name. */
  public static Path create(Path path) throws IOException {
    return hasModes(path) ? Files.createFile(path, FILE) : Files.createFile(path);
  }

  /** Makes a folder and those that it lies in, as far as they are not there. */
  public static void createFolders(Path path) throws IOException {
    if (hasModes(path)) {
      Files.createDirectories(path, FOLDER);
    } else {
      Files.createDirectories(path);
    }
  }

  private static boolean hasModes(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
