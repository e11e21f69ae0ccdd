#pragma once
#include "projections/table/scan.hpp"

/// What a person has to look at: reads the tables `reviews` and `opt_outs`.
namespace tidemark::projections {

struct ReviewView {
  Position position; ///< its id: the input that led to it
  std::string kind;  ///< maybe_opt_out, identity
  bool open = true;  ///< identity reviews are closed in the systems themselves and stay listed
  Timestamp at;
  Reason reason_code = Reason::none;
  // of a maybe_opt_out
  events::Field field = events::Field::phone;
  std::string address; ///< in full; "" when it was not named
  std::string address_hash;
  std::vector<std::string> channels;
  ConnectorName source;
  std::string rule;
  std::string decision; ///< opt_out, not_an_opt_out; "" when open or lifted by an opt-in
  std::string by;
  Position decided; ///< where that is recorded, 0 not yet
  // of an identity review
  ContactId contact;
  ContactId other;
  std::vector<std::string> matched;
};

/// In log order, beginning after the position `after`.
Result<Page<ReviewView>> reviews_page(const Scan& scan, const TenantId& tenant, bool open_only,
                                      Position after, std::size_t limit);
/// All at one position; empty when there is none.
Result<std::vector<ReviewView>> reviews_at(const Scan& scan, const TenantId& tenant,
                                           Position position);
/// Of a contact ("contact", id) or an address ("address", hash).
Result<std::vector<ReviewView>> reviews_of(const Scan& scan, const TenantId& tenant,
                                           std::string_view kind, std::string_view key);

/// Words that may be an opt-out and that nobody has decided about.
struct WaitingReview {
  Position position; ///< its id: the input that led to it
  ConnectorName source;
  Timestamp since;  ///< when they came
  std::string rule; ///< by which they may be one; of an import, which names it
};
/// Of those that came before `before`, in log order; at most `rows_max` are looked at.
Result<std::vector<WaitingReview>> waiting_reviews(const Scan& scan, const TenantId& tenant,
                                                   Timestamp before, std::size_t rows_max);

} // namespace tidemark::projections
