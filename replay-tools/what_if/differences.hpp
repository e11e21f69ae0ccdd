#pragma once
#include "domain/contacts/contact_facts.hpp"
#include "replay-tools/what_if/other_tenant.hpp"

#include <optional>
#include <string>
#include <vector>

/// What would differ at the end, and what would have left: from the two sides of a history.
namespace tidemark::tools {

/// A fact about a contact, or an address that is nobody's, with its two sides.
struct OtherFact {
  TenantId tenant;
  ContactId contact; ///< "" of an address that is nobody's
  Position from;     ///< the first decision about it that differs
  domain::FactChange change;
};

/// A delivery that would have left on one side only, or with another request.
struct OtherSend {
  TenantId tenant;
  ContactId contact;
  Position from;
  DeliveryId id;
  Delivery delivery;
};

/// Counts are whole; the lists hold the first `listed_max` of each.
struct Differences {
  std::uint64_t contacts = 0; ///< with other values, list memberships, owner or sequence
  std::uint64_t mappings = 0; ///< records that a contact would have, or not, or in another state
  std::uint64_t opt_outs = 0; ///< addresses
  std::uint64_t would_leave = 0, would_not_leave = 0, other_request = 0;
  std::uint64_t texts = 0; ///< of the sends
  std::vector<OtherFact> contact_facts, mapping_facts, opt_out_facts;
  std::vector<OtherSend> send_list;
  bool is_listed_whole = true;

  std::uint64_t sends() const { return would_leave + would_not_leave + other_request; }
  bool none() const { return contacts + mappings + opt_outs + sends() == 0; }
};
inline constexpr std::size_t listed_max = 10'000;

/// Adds one tenant's. With `contact`: only what is about this one.
void add_differences(Differences& to, const TenantId& tenant, OtherTenant& history,
                     const std::optional<ContactId>& contact = {});

} // namespace tidemark::tools
