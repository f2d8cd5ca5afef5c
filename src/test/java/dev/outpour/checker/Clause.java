package dev.outpour.checker;

/** What a hub has promised, clause by clause. */
public enum Clause {
  C1("every acknowledged update is in the log"),
  C2("the log holds only what was published, whole, and without a hole"),
  C3("nothing that was refused is in the log"),
  C4("the order of each writer, and what was answered before something was sent, hold in the log"),
  C5("a reader is given the log, filtered by its topics, once and in order"),
  C6("one id has the same data for everyone"),
  C7("once all is well again, everyone reaches the head in time"),
  C8("every id that was ever given is in the log"),
  C9("one key, one entry"),
  C10("memory, descriptors and threads come back to where they were");

  private final String sentence;

  Clause(String sentence) {
    this.sentence = sentence;
  }

  @Override
  public String toString() {
    return name() + " (" + sentence + ")";
  }
}
