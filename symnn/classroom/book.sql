create table run (name text primary key, value text not null) without rowid;
create table source (id integer primary key, path text unique not null, sha256 blob, form text not null, rows int not null);
create table student (
  id integer primary key, sid text unique not null, name text not null, email text not null, lms text not null,
  team text not null, on_roster int not null
);
create table part (
  id integer primary key, exercise text not null, part text not null, place int, kind text not null,
  max real not null, hash blob not null, loss text not null, unique (exercise, part)
);
create table piece (
  id blob primary key, part int not null, text text not null, seed text not null, carried text not null,
  folded text not null, verdict text, share real, points real, reading text, cluster blob, result blob,
  lost text, tries int not null default 0
) without rowid;
create table answer (
  student int, part int, attempt int, time text not null, raw text not null, piece blob not null,
  source int not null, line int not null, counts int not null, days int not null, seed blob not null,
  decision text, comment text, primary key (student, part, attempt)
) without rowid;
create table decision (
  id text primary key, line int not null, scope text not null, key text not null, share real, points real,
  blank int not null, comment text not null, "by" text not null, basis_part text not null,
  basis_verdict text not null, live int not null
);
create table problem (id integer primary key, place text not null, data text not null);
create table before (
  sid text, target text, points text, answer text, part_hash text, decision text, stale int,
  primary key (sid, target)
) without rowid;
create index piece_cluster on piece (cluster);
create index answer_piece on answer (piece);
create index answer_decided on answer (student) where decision is not null or comment is not null;
create view mark as
  select
    a.student, a.part, a.attempt, a.counts, a.piece, a.decision, a.comment, a.days, a.time, a.raw, a.source, a.line,
    a.seed, p.cluster, p.verdict, p.share, p.folded, p.reading, p.result, t.max, t.place, iif(a.decision is null, 'engine', 'person') as "by",
    case
      when d.blank then 0.0
      when d.points is not null then d.points
      when d.share is not null then d.share * t.max
      when p.verdict = 'undecided' then null
      when p.verdict = 'unreadable' and p.folded <> ''
        and (select value from run where name = 'unreadable') = 'person' then null
      else p.points
    end as points,
    a.decision is not null and (
      (d.basis_part <> '' and d.basis_part <> lower(hex(t.hash)))
      or (d.basis_verdict <> '' and d.basis_verdict <> p.verdict)
    ) as stale
  from answer a
  join piece p on p.id = a.piece
  join part t on t.id = a.part
  left join decision d on d.id = a.decision;
create view standing as
  select
    s.sid, t.exercise || '/' || t.part as target, iif(m.points is null, '?', printf('%.10g', m.points)) as points,
    m.raw as answer, lower(hex(t.hash)) as part_hash, coalesce(m.decision, '') as decision, m.stale, m.student, m.place
  from mark m join student s on s.id = m.student join part t on t.id = m.part
  where m.counts;
