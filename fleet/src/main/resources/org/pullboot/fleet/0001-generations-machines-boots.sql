CREATE TABLE generation (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    sequence BIGINT NOT NULL UNIQUE,
    published BIGINT NOT NULL
);

CREATE TABLE artifact (
    generation TEXT NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    last_modified BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    path TEXT NOT NULL,
    inode BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    PRIMARY KEY (generation, name)
);

CREATE TABLE machine (
    id TEXT NOT NULL PRIMARY KEY,
    mac TEXT,
    address TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL
);

CREATE TABLE boot (
    id TEXT NOT NULL PRIMARY KEY,
    generation TEXT NOT NULL,
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    machine TEXT REFERENCES machine (id),
    uki TEXT,
    phase TEXT NOT NULL,
    started BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    stage TEXT NOT NULL,
    message TEXT
);

CREATE INDEX boot_by_start ON boot (started);

CREATE INDEX boot_by_machine ON boot (machine);

CREATE TABLE boot_stage (
    boot TEXT NOT NULL REFERENCES boot (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    stage TEXT NOT NULL,
    at BIGINT NOT NULL,
    millis BIGINT NOT NULL,
    message TEXT,
    PRIMARY KEY (boot, number)
);
