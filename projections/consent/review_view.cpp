#include "projections/consent/review_view.hpp"

#include "projections/consent/opt_out_view.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

constexpr std::string_view reviews_table = "reviews";

ReviewView maybe_opt_out(json::Value row) {
  ReviewView out;
  out.kind = "maybe_opt_out";
  out.position = position_of(row);
  out.at = time_of(row, "at");
  out.reason_code = reason_of(row);
  out.field = events::field_named(text_of(row, "field")).value_or(events::Field::phone);
  out.address = text_of(row, "address");
  out.address_hash = text_of(row, "address_hash");
  out.channels = texts_of(row, "channels");
  out.source = ConnectorName(text_of(row, "source"));
  out.rule = text_of(row, "rule");
  return out;
}

ReviewView identity_review(json::Value row) {
  ReviewView out;
  out.kind = "identity";
  out.position = position_of(row);
  out.at = time_of(row, "at");
  out.reason_code = reason_of(row);
  out.contact = ContactId(text_of(row, "contact"));
  out.other = ContactId(text_of(row, "other"));
  out.matched = texts_of(row, "matched");
  return out;
}

/// Whether a maybe_opt_out waits is what the send gate says.
Result<bool> is_open(const Scan& scan, const TenantId& tenant, std::string_view address_hash,
                     Position review) {
  TRY(state, consent_state_of(scan, tenant, address_hash));
  return std::any_of(state.reviews.begin(), state.reviews.end(),
                     [&](const auto& each) { return each.position == review; });
}

Status fill_open(const Scan& scan, const TenantId& tenant, ReviewView& review) {
  if (review.kind != "maybe_opt_out")
    return Done{};
  TRY(open, is_open(scan, tenant, review.address_hash, review.position));
  review.open = open;
  return Done{};
}

} // namespace

Result<std::vector<ReviewView>> reviews_at(const Scan& scan, const TenantId& tenant,
                                           Position position) {
  std::vector<ReviewView> out;
  bool readable = true;
  // `consent` rows come before those that say what was decided about them.
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto parts = key_parts(key);
    const auto parsed = json::parse(value);
    readable = parsed.ok() && parts.size() >= 3;
    if (!readable)
      return false;
    const auto row = parsed->root();
    if (parts[2] == "consent")
      out.push_back(maybe_opt_out(row));
    else if (parts[2] == "identity")
      out.push_back(identity_review(row));
    else if (parts[2] == "decided" && parts.size() == 4)
      for (auto& review : out)
        if (review.address_hash == parts[3]) {
          review.decision = text_of(row, "change") == "cleared" ? "not_an_opt_out" : "opt_out";
          review.by = text_of(row, "by");
          review.decided = position_of(row);
        }
    return true;
  };
  TRYV(scan(reviews_table, row_key(tenant, {"review", position_part(position)}), {}, visit));
  if (!readable)
    return damaged_row(reviews_table);
  for (auto& review : out)
    if (const auto filled = fill_open(scan, tenant, review); !filled)
      return filled.error();
  return out;
}

Result<Page<ReviewView>> reviews_page(const Scan& scan, const TenantId& tenant, bool open_only,
                                      Position after, std::size_t limit) {
  Page<ReviewView> page;
  auto last = after;
  while (page.items.size() < limit) {
    const auto beyond = last == Position{}
                            ? std::string{}
                            : row_key(tenant, {"review", position_part(last)}) + "\xff\xff";
    Position next;
    const auto status = scan(reviews_table, row_key(tenant, {"review"}), beyond,
                             [&](std::string_view key, std::string_view) {
                               const auto parts = key_parts(key);
                               if (parts.size() > 1 && parts[1].size() == 8)
                                 next = Position{read_u64(parts[1])};
                               return false;
                             });
    if (!status)
      return status.error();
    if (next == Position{})
      return page;
    last = next;
    TRY(found, reviews_at(scan, tenant, next));
    for (auto& review : found)
      if (review.open || !open_only)
        page.items.push_back(std::move(review));
  }
  page.next = std::to_string(last.value);
  return page;
}

Result<std::vector<ReviewView>> reviews_of(const Scan& scan, const TenantId& tenant,
                                           std::string_view kind, std::string_view key) {
  std::vector<Position> positions;
  const auto status = scan(reviews_table, row_key(tenant, {kind, key}), {},
                           [&](std::string_view row, std::string_view) {
                             const auto parts = key_parts(row);
                             if (parts.size() == 3 && parts[2].size() == 8)
                               positions.push_back(Position{read_u64(parts[2])});
                             return true;
                           });
  if (!status)
    return status.error();
  std::vector<ReviewView> out;
  for (const auto position : positions) {
    TRY(found, reviews_at(scan, tenant, position));
    for (auto& review : found)
      if (review.contact.value == key || review.other.value == key || review.address_hash == key)
        out.push_back(std::move(review));
  }
  return out;
}

Result<std::vector<WaitingReview>> waiting_reviews(const Scan& scan, const TenantId& tenant,
                                                   Timestamp before, std::size_t rows_max) {
  std::vector<WaitingReview> out;
  std::string last; // key of the last row that was looked at
  while (out.size() < rows_max) {
    std::vector<std::pair<WaitingReview, std::string>> undecided; // with the address's hash
    bool readable = true;
    const auto status = scan(
        reviews_table, row_key(tenant, {"open"}), last,
        [&](std::string_view key, std::string_view value) {
          const auto row = json::parse(value);
          readable = row.ok();
          if (!readable)
            return false;
          last = std::string(key);
          undecided.emplace_back(
              WaitingReview{position_of(row->root()), ConnectorName(text_of(row->root(), "source")),
                            time_of(row->root(), "at"), text_of(row->root(), "rule")},
              text_of(row->root(), "address_hash"));
          return undecided.size() < rows_max;
        });
    if (!status)
      return status.error();
    if (!readable)
      return damaged_row(reviews_table);
    if (undecided.empty())
      return out;
    // A row stays also where the person's own words have answered: that one waits no more.
    for (auto& [review, address_hash] : undecided) {
      if (review.since >= before || out.size() == rows_max)
        continue;
      TRY(open, is_open(scan, tenant, address_hash, review.position));
      if (open)
        out.push_back(std::move(review));
    }
  }
  return out;
}

} // namespace tidemark::projections
