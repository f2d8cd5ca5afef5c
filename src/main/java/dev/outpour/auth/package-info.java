/** Who may publish and read what. */
@NullMarked
package dev.outpour.auth;

import org.jspecify.annotations.NullMarked;
