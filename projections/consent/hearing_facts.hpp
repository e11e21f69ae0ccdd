#pragma once
#include "projections/consent/opt_out_view.hpp"

#include <map>
#include <set>
#include <string>

/// What the rows of the table `opt_outs` say of systems that hear of opt-outs by forwarded bodies.
namespace tidemark::projections {

/// A system that has no call for opt-outs.
struct Hearer {
  ConnectorName name;
  bool receives = false;
};

/// A contact took a statement in that closes or opens texts.
struct Applied {
  ContactId contact;
  bool closes = false;
  Position input;
  Position position;
  Timestamp at;
  std::vector<std::string> channels;
  std::vector<UntoldView> targets; ///< those that are not told by a call
};

/// A record with a mark, as its body went on.
struct Shown {
  ConnectorName connector;
  RemoteId record;
  Position position;
  std::map<ConnectorName, DeliveryId> forwards;
};

/// Somebody says that a mark was set.
struct Deed {
  ContactId contact;
  ConnectorName connector;
  Position up_to;
  Position position;
  Timestamp at;
};

struct HearingFacts {
  std::vector<Hearer> hearers;
  std::set<ConnectorName> sources; ///< whose bodies go on to them
  std::vector<Applied> applied;    ///< in log order
  std::vector<Shown> shown;
  std::vector<Deed> deeds;
  std::set<ConnectorName> known_to; ///< systems that may know the person
};
/// Of the address and of those who have or had it. Errors: table_damaged.
Result<HearingFacts> hearing_facts_of(const Scan& scan, const TenantId& tenant,
                                      std::string_view hash, const std::set<std::string>& contacts);

bool is_about_texts(const std::vector<std::string>& channels);

} // namespace tidemark::projections
