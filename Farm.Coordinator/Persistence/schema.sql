create table Farm (
    identity text not null                      -- UUID, drawn once for each database
);

create table Builds (
    id integer primary key autoincrement,       -- never used twice
    priority integer not null,
    createdAt integer not null,                 -- Unix milliseconds, as all times here
    options text not null,                      -- JSON
    finalView text                              -- JSON, null while the build is not over
);
create index BuildsUnfinished on Builds (id) where finalView is null;

create table BuildRoots (
    build integer not null references Builds (id) on delete cascade,
    position integer not null,
    drvPath text not null,                      -- base name, as all paths here
    primary key (build, position)
) without rowid;

create table Steps (
    drvPath text primary key,
    name text not null,
    system text not null,
    features text not null,                     -- separated by blanks
    state text not null check (state in ('open', 'done', 'failed')),
    reason text,                                -- why it failed
    wallMs integer,                             -- run time of the builder when it was last built
    failure text                                -- kind of failure as the API has it; null is 'build'
) without rowid;
create index StepsByName on Steps (name) where wallMs is not null;

create table StepInputs (
    drvPath text not null references Steps (drvPath) on delete cascade,
    input text not null,
    primary key (drvPath, input)
) without rowid;

create table Outputs (
    drvPath text not null references Steps (drvPath) on delete cascade,
    name text not null,
    path text not null,
    primary key (drvPath, name)
) without rowid;

create table Attempts (
    id text primary key,                        -- UUID
    drvPath text not null references Steps (drvPath) on delete cascade,
    epoch integer not null,
    worker text not null,
    startedAt integer not null,
    finishedAt integer,
    outcome text                                -- JSON, null while it is not over
) without rowid;
create index AttemptsByStep on Attempts (drvPath, epoch);
create index AttemptsUnfinished on Attempts (id) where finishedAt is null;
