"""Events as many people send them in a year, made by the server itself and stored in the order of their times.

Each of 10,000 people sends one a day, three about each commit (when it is made, 14 and 30 days later), in 2,000
projects, with five agents and four models. How well a set-up does follows from its agent and model.
"""

from typing import Any, Final

import psycopg

TIMES_EACH: Final = 3
"""Events of each commit."""
_FILL: Final = """
INSERT INTO agent_tracker.events
  (org, event_id, received_at, subject, counted, author, project, agent, kind, model, version, instructions, task_kind,
   month, grades, outcome, added, kept_14, kept_30, kept_90, cost, calls, tokens_in, tokens_cached, tokens_out,
   active_ms, usd)
SELECT %(org)s, md5(c || '.' || r)::uuid,
  timestamptz '2026-01-01' + (c / 3334) * interval '1 day' + (r - 1) * interval '16 days',
  md5('s' || c)::uuid, true, substr(decode(md5('a' || c %% 10000), 'hex'), 1, 8),
  substr(decode(md5('p' || c %% 10000 / 5), 'hex'), 1, 8),
  (array['claude-code', 'codex', 'opencode', 'cursor', 'human'])[1 + h %% 5], CASE h %% 5 WHEN 4 THEN 2 ELSE 0 END,
  CASE h %% 5 WHEN 4 THEN NULL ELSE (array['anthropic/claude-opus-4.7', 'openai/gpt-5.2-codex',
    'anthropic/claude-sonnet-4.6', 'google/gemini-3'])[1 + h / 5 %% 4] END,
  '1.2.' || h %% 5, substr(decode(md5('i' || h %% 500), 'hex'), 1, 8), h / 20 %% 9, 24300 + c / 3334 / 31,
  CASE WHEN g %% 7 = 0 AND h %% 5 < 4 THEN 1 << (3 * (g / 7 %% 4)) ELSE 0 END,
  CASE r WHEN 1 THEN 1 ELSE 1 | ((r - 1) << 1) | (1 << 15) | ((g %% 3) << 9)
    | CASE WHEN g / 28 %% 100 < 72 + h %% 20 THEN (1 << 11) | (1 << 12) | (1 << 13)
      ELSE (1 << 8) | (1 << (5 + g %% 3)) END END,
  CASE r WHEN 1 THEN 0 ELSE h %% 100 END, CASE r WHEN 1 THEN 0 ELSE h %% 90 END,
  CASE r WHEN 3 THEN h %% 80 ELSE 0 END, 0,
  CASE h %% 3 WHEN 0 THEN 41 ELSE 0 END, CASE h %% 3 WHEN 0 THEN h %% 30 END, CASE h %% 3 WHEN 0 THEN h END,
  CASE h %% 3 WHEN 0 THEN h * 9 END, CASE h %% 3 WHEN 0 THEN h / 4 END, NULL, CASE h %% 3 WHEN 0 THEN h * 3 END
FROM generate_series(1, %(commits)s) c, generate_series(1, %(times)s) r,
  LATERAL (SELECT ('x' || substr(md5(c::text), 1, 5))::bit(20)::int AS h,
    ('x' || substr(md5(c::text), 9, 5))::bit(20)::int AS g) AS chance
ORDER BY 3
"""


def fill(connection: psycopg.Connection[Any], org: str, events: int) -> int:
    """Insert about so many events as a superuser; return of how many commits they are."""
    commits = events // TIMES_EACH
    connection.execute(_FILL, {"org": org, "commits": commits, "times": TIMES_EACH})
    return commits
