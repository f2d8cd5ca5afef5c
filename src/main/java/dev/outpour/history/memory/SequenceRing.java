package dev.outpour.history.memory;

/**
 * A sorted queue of numbers with binary search: grows at its end, shrinks at its beginning. Not
 * thread-safe.
 */
final class SequenceRing {

  private static final int LEAST = 4;

  /** The numbers begin at {@code first} and wrap around at the end of the array. */
  private long[] ring = new long[LEAST];

  private int first;
  private int size;

  /** Adds a number that is larger than all others. */
  void add(long number) {
    if (size == ring.length) {
      resize(2 * size);
    }
    size++;
    ring[slot(size - 1)] = number;
  }

  /** Removes the smallest. */
  void removeFirst() {
    first = slot(1);
    size--;
    if (size < ring.length / 4 && ring.length > LEAST) {
      resize(ring.length / 2);
    }
  }

  int size() {
    return size;
  }

  /** The number at an index; the smallest is at 0. */
  long get(int index) {
    return ring[slot(index)];
  }

  /** The smallest number above a given one; {@link Long#MAX_VALUE} if there is none. */
  long above(long number) {
    int index = upTo(number);
    return index == size ? Long.MAX_VALUE : get(index);
  }

  /** How many numbers are not above a given one. */
  int upTo(long number) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle) > number) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void resize(int length) {
    long[] resized = new long[length];
    for (int i = 0; i < size; i++) {
      resized[i] = get(i);
    }
    ring = resized;
    first = 0;
  }

  /** The length of the ring is a power of two. */
  private int slot(int index) {
    return (first + index) & (ring.length - 1);
  }
}
