package dev.outpour.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and folders that only the user of the process can read: 0600 and 0700, or less by
 * the umask. Existing files and folders keep their mode.
 */
public final class PrivateFiles {

  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFiles() {}

  /** Creates an empty file. Fails if the path exists. */
  public static Path create(Path path) throws IOException {
    return hasModes(path) ? Files.createFile(path, FILE) : Files.createFile(path);
  }

  /** Creates a folder and its missing parents. */
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
