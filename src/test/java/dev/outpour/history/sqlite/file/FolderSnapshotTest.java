package dev.outpour.history.sqlite.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the files of a folder need no check. */
class FolderSnapshotTest {

  @TempDir private Path directory;
  private Path folder;
  private FolderSnapshot look;

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectory(directory.resolve("data"));
    Files.writeString(folder.resolve("log.db"), "a log");
    look = new FolderSnapshot(folder);
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minusSeconds(60)));
    look.remember(look.now());
  }

  private boolean isAsSeen() {
    return look.isAsSeen(look.now());
  }

  @Test
  void whatIsWrittenIntoAFileChangesNoName() throws IOException {
    Files.writeString(folder.resolve("log.db"), "more of a log");

    assertThat(isAsSeen()).isTrue();
  }

  @Test
  void nameThatIsMadeRemovedOrRenamedIsToBeLookedAt() throws IOException {
    Path other = folder.resolve("other");
    Files.writeString(other, "");
    assertThat(isAsSeen()).as("created").isFalse();

    make(other);
    Files.move(other, folder.resolve("log.db"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(isAsSeen()).as("renamed").isFalse();

    make(other);
    Files.delete(other);
    assertThat(isAsSeen()).as("removed").isFalse();
  }

  /** Replaces the folder by one with another, old file. */
  private void make(Path other) throws IOException {
    Files.writeString(other, "");
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minusSeconds(60)));
    look.remember(look.now());
    assertThat(isAsSeen()).isTrue();
  }

  @Test
  void folderThatWasMovedAwayOrReplacedIsToBeLookedThrough() throws IOException {
    FileTime time = Files.getLastModifiedTime(folder);
    Files.move(folder, directory.resolve("elsewhere"));
    assertThat(isAsSeen()).as("moved").isFalse();

    Files.createDirectory(folder);
    Files.setLastModifiedTime(folder, time);
    assertThat(isAsSeen()).as("replaced by a folder with the same time").isFalse();
  }

  @Test
  void whatHasJustChangedIsLookedThroughAgain() throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    look.remember(look.now());
    assertThat(isAsSeen()).as("may change again within the clock's resolution").isFalse();

    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().plusSeconds(3_600)));
    look.remember(look.now());
    assertThat(isAsSeen()).as("the clock was set back").isFalse();
  }
}
