package org.pullboot.agent;

/** Is told, while the network comes up, what a person may want to know. */
interface NetworkListener {
    /** One line, such as {@code eth1: no link}. */
    void message(String line);
}
