/** Pull expressions, boot origin, verified downloads, and what agent and server say to each other. */
@NullMarked
package org.pullboot.pull;

import org.jspecify.annotations.NullMarked;
