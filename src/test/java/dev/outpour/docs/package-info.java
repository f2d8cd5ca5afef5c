/** Runs what README.md and docs/ show, and checks their links. */
package dev.outpour.docs;
