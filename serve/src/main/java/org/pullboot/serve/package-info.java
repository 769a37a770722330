/** The boot server: discovers artifacts, publishes generations, answers firmware, systemd and the agent over HTTP. */
@NullMarked
package org.pullboot.serve;

import org.jspecify.annotations.NullMarked;
