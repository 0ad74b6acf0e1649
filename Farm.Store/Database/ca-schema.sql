create table if not exists Realisations (
    id integer primary key autoincrement not null,
    drvPath text not null,
    outputName text not null, -- symbolic output id, usually "out"
    outputPath integer not null,
    signatures text, -- space-separated list
    foreign key (outputPath) references ValidPaths(id) on delete cascade
);

create index if not exists IndexRealisations on Realisations(drvPath, outputName);

create table if not exists RealisationsRefs (
    referrer integer not null,
    realisationReference integer,
    foreign key (referrer) references Realisations(id) on delete cascade,
    foreign key (realisationReference) references Realisations(id) on delete restrict
);

create index if not exists IndexRealisationsRefs on RealisationsRefs(referrer);
create index if not exists IndexRealisationsRefsOnOutputPath on Realisations(outputPath);

-- Not in Nix 2.8, added by later ones: a path may go although outputs that were built with it are recorded.
create trigger if not exists DeleteSelfRefsViaRealisations before delete on ValidPaths
begin
    delete from RealisationsRefs where realisationReference in (select id from Realisations where outputPath = old.id);
end;

-- Of recent Nix, which names derivations by their paths.
create table if not exists BuildTraceV3 (
    id integer primary key autoincrement not null,
    drvPath text not null, -- base name
    outputName text not null,
    outputPath text not null,
    signatures text -- space-separated list
);

create index if not exists IndexBuildTraceV3 on BuildTraceV3(drvPath, outputName);
