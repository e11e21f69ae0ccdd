#include "tests/simulation/ports/sim_net.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace tidemark::sim {
namespace {

constexpr std::chrono::hours latest{8 * 24};
constexpr std::chrono::minutes longest_pause{30};
/// How late the dialer tells of another number. Longer than what waits for it is tried.
constexpr std::chrono::hours latest_number{4};

/// `/t/acme/webhooks/...`
std::string tenant_in(const std::string& path) {
  return path.substr(3, path.find('/', 3) - 3);
}

/// The record of the dialer that the webhook tells of as it is; "" when it tells of no such one.
std::string record_told_in(const sandbox::WebhookJob& job) {
  return job.system == "aloware" && job.kind.starts_with("Contact-") ? job.path + job.order_key
                                                                     : std::string();
}

} // namespace

bool SimNet::plays(const char* fault) {
  if (!faults_ || !rng_.chance(swarm_.rate(fault)))
    return false;
  coverage_.hit(std::string("fault.") + fault);
  return true;
}

void SimNet::emit(sandbox::WebhookJob job) {
  bodies_[to_hex(sha256(job.body))] = job.body;
  const bool tells_number = tells_other_number(job);
  flights_.push_back({std::move(job), clock_.now(), false, false, tells_number});
}

bool SimNet::tells_other_number(const sandbox::WebhookJob& job) {
  const auto record = record_told_in(job);
  if (record.empty())
    return false;
  const auto body = nlohmann::json::parse(job.body);
  auto number = body["body"].value("phone_number", "");
  auto& told = told_numbers_[record];
  const bool other = !told.empty() && told != number;
  told = std::move(number);
  return other;
}

/// The dialer finds its records by number, so nothing can be written to one between its change and
/// the webhook about it: late, that one is as good as in time.
bool SimNet::is_late(const Flight& flight) {
  if (flight.was_late)
    return false;
  return flight.tells_number ? plays("number_told_late") : has_version(flight) && plays("late");
}

/// Whether nothing older about the same record is still on its way.
bool SimNet::in_turn(std::list<Flight>::const_iterator place) const {
  const auto& key = place->job.order_key;
  return key.empty() || std::none_of(flights_.begin(), place, [&](const Flight& other) {
           return other.job.order_key == key;
         });
}

/// Who says nothing of times sends at once, in order, and only once: what is late or overtaken
/// there nobody could tell (rule 8).
bool SimNet::has_version(const Flight& flight) {
  return flight.job.system != "aloware";
}

bool SimNet::deliver(SimGateway& gateway) {
  const auto now = clock_.now();
  const bool any_order = plays("reordered");
  std::vector<Place> due;
  for (auto at = flights_.begin(); at != flights_.end(); ++at)
    if (!at->posted && at->due <= now && ((any_order && has_version(*at)) || in_turn(at)))
      due.push_back(at);
  if (due.empty())
    return false;
  const auto place = rng_.pick(due);
  if (is_late(*place)) {
    const std::chrono::seconds most = place->tells_number ? latest_number : latest;
    place->was_late = true;
    place->due = now + std::chrono::seconds(1 + rng_.below(most.count()));
    return true;
  }
  post(place, gateway);
  return true;
}

bool SimNet::deliver_newest(SimGateway& gateway) {
  if (flights_.empty())
    return false;
  const auto place = std::prev(flights_.end());
  if (place->posted || place->due > clock_.now() || !in_turn(place))
    return false;
  post(place, gateway);
  return true;
}

void SimNet::post(Place place, SimGateway& gateway) {
  place->posted = true;
  ++place->job.attempts;
  if (plays("lost")) { // on its way there or back: the vendor cannot tell
    if (rng_.chance(500))
      gateway.post(place->job.path, place->job.headers(place->job.body), place->job.body,
                   [this](const Posted&) { ++answered_; });
    failed(place);
    return;
  }
  const bool twice = plays("duplicated");
  const auto headers = place->job.headers(place->job.body);
  const auto path = place->job.path;
  const auto body = place->job.body;
  gateway.post(path, headers, body, [this, place, life = life_](const Posted& posted) {
    ++answered_;
    if (life == life_)
      answered(place, posted);
  });
  if (twice)
    gateway.post(path, headers, body, [this](const Posted&) { ++answered_; });
}

void SimNet::answered(Place place, const Posted& posted) {
  if (posted.status < 200 || posted.status >= 300)
    return failed(place);
  const auto& job = place->job;
  acks_.push_back({tenant_in(job.path), job.system, job.id, to_hex(sha256(job.body)),
                   posted.position, posted.duplicate});
  if (const auto record = record_told_in(job); !record.empty()) // it tells all that the others did
    std::erase_if(given_up_, [&](const Lost& lost) { return lost.record == record; });
  flights_.erase(place);
}

void SimNet::failed(Place place) {
  auto& job = place->job;
  if (job.attempts >= job.attempts_max && faults_) {
    coverage_.hit("webhook.given_up");
    given_up_.push_back({tenant_in(job.path), job.system, job.body, record_told_in(job)});
    flights_.erase(place);
    return;
  }
  place->posted = false;
  const auto doubled = std::chrono::seconds(1LL << std::min(job.attempts, 12));
  place->due = clock_.now() + std::min<std::chrono::seconds>(doubled, longest_pause);
}

void SimNet::cut() {
  ++life_;
  for (auto at = flights_.begin(); at != flights_.end();) {
    const auto next = std::next(at);
    if (at->posted)
      failed(at);
    at = next;
  }
}

void SimNet::print() const {
  for (const auto& flight : flights_)
    std::cout << fmt::format("on its way: {} posted={} late={} attempts={} due={} {}\n",
                             flight.job.order_key, flight.posted, flight.was_late,
                             flight.job.attempts, to_rfc3339(flight.due), flight.job.body);
}

std::optional<Timestamp> SimNet::next_due() const {
  std::optional<Timestamp> out;
  for (auto at = flights_.begin(); at != flights_.end(); ++at)
    if (!at->posted && (!out || at->due < *out) && in_turn(at))
      out = at->due;
  return out;
}

} // namespace tidemark::sim
