/** Hubs with a fault on purpose, which exist to prove that the checker finds it. */
package dev.outpour.checker.planted;
