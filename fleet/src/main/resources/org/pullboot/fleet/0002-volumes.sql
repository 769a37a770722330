CREATE TABLE volume (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    lifetime TEXT NOT NULL,
    host TEXT NOT NULL,
    subsystem TEXT NOT NULL,
    uuid TEXT NOT NULL,
    generation TEXT,
    image TEXT,
    base TEXT,
    boot TEXT,
    created BIGINT NOT NULL,
    connected BIGINT NOT NULL
);

CREATE INDEX volume_by_host ON volume (host, subsystem);
