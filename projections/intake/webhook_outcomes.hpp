#pragma once
#include "projections/table/projection.hpp"

/// What became of each webhook, under the position at which it was received.
///
///   webhook <position> interpreted        what was found in it and what was left out
///   webhook <position> command <index>    what the contact decided, with the outcome per target
///   webhook <position> parked <index>     a command that waits until its person is known
///   webhook <position> released <index>   the input that named the person, and the command there
///   webhook <position> delivery <id>      the newest conclusion about a delivery it led to
///   again <position> <request>            that the webhook was to be read again
///   quarantine <position>                 webhooks with a quarantined part
///   opt_out_unreadable <position>         of these, possible opt-outs that close nobody
///   done <position>                       webhooks that somebody said are done
namespace tidemark::projections {

extern const Projection webhook_outcomes;

} // namespace tidemark::projections
