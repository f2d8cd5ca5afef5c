/** The README and docs/ as their readers follow them: what is shown is run as it stands. */
package dev.outpour.docs;
