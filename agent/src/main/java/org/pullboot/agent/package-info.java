/** PID 1 of the initrd: network, plan, pull, root, switch root. */
@NullMarked
package org.pullboot.agent;

import org.jspecify.annotations.NullMarked;
