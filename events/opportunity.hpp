#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

/// Opportunities: what a CRM sells, or tries to, to a person, and how far it has come. Recorded,
/// never written back; they decide which lists the person stands on (requirements A1.6, M8).
namespace tidemark::events {

/// How an opportunity stands, as its source tells. What the source leaves out is "".
struct OpportunityFacts {
  ConnectorName source;
  std::string opportunity_id;
  std::string pipeline; ///< the source's id
  std::string pipeline_name;
  std::string stage; ///< the source's id
  std::string stage_name;
  std::string status;     ///< open, won, lost, abandoned, in the source's words
  std::string agent;      ///< the source's id of the user whose it is
  std::string updated_at; ///< the source's time of this state, sortable
  bool deleted = false;
  TIDEMARK_MEMBERS(OpportunityFacts, source, opportunity_id, pipeline, pipeline_name, stage,
                   stage_name, status, agent, updated_at, deleted)
};

/// A source told of an opportunity of the contact. Stream `contact/<id>`.
struct OpportunityObserved {
  static constexpr std::string_view name = "opportunity.observed.v1";
  RemoteId remote_id; ///< of the contact's record there
  OpportunityFacts opportunity;
  Outcome outcome = Outcome::applied; ///< applied, no_change, superseded, parked
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets{}; ///< lists and sequences that follow from it
  TIDEMARK_MEMBERS(OpportunityObserved, remote_id, opportunity, outcome, reason_code, targets)
};

} // namespace tidemark::events
