package dev.outpour.match;

import java.util.Arrays;

/** What patterns have in common between two forks, one code or more. Immutable but for its slot. */
final class Edge<V> {

  final int[] codes;
  final Fork<V> to;

  /** The words of its codes, see {@link Words#bit}: a topic without one of them does not pass. */
  final long needs;

  /** Where it is among the edges of its fork; kept by the fork. */
  int slot;

  Edge(int[] codes, Fork<V> to) {
    this.codes = codes;
    this.to = to;
    long words = 0;
    for (int code : codes) {
      words |= Words.bit(Words.word(code));
    }
    this.needs = words;
  }

  int first() {
    return codes[0];
  }

  /** How many of its codes stand in other ones, from a place on. */
  int inCommon(int[] others, int from) {
    int difference = Arrays.mismatch(codes, 0, codes.length, others, from, others.length);
    return difference < 0 ? codes.length : difference;
  }

  /** Its first codes, to a fork of which the others go on to where it goes. */
  Edge<V> parted(int first) {
    Fork<V> middle = new Fork<>();
    middle.put(new Edge<>(Arrays.copyOfRange(codes, first, codes.length), to));
    return new Edge<>(Arrays.copyOf(codes, first), middle);
  }

  /** It and the one that follows it, as one. */
  Edge<V> joined(Edge<V> next) {
    int[] all = Arrays.copyOf(codes, codes.length + next.codes.length);
    System.arraycopy(next.codes, 0, all, codes.length, next.codes.length);
    return new Edge<>(all, next.to);
  }
}
