#include "tests/simulation/swarm/swarm.hpp"

#include "tests/simulation/swarm/rng.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tidemark::sim {
namespace {

/// What came after operators did is drawn apart, so that the rest of a seed's swarm is as it was.
constexpr std::string_view first_apart = "retry";

/// The highest rate of each, in thousandths of its occasions.
const std::vector<std::pair<std::string, std::uint32_t>>& highest() {
  static const std::vector<std::pair<std::string, std::uint32_t>> rates{
      // Of the steps.
      {"crash", 4},
      {"power_cut", 3},
      {"clean_stop", 2},
      {"clock_jump", 5},
      {"reconfigured", 2},
      {"token_rotated", 3},
      {"tables_lost", 300},  // of power cuts
      {"newer_program", 60}, // of starts
      // Of commits.
      {"sync_fails", 4},
      {"crash_at_commit", 6},
      {"slow_disk", 500},
      // Of submits and reads.
      {"shed", 30},
      {"read_error", 2},
      // Of webhooks on their way in.
      {"duplicated", 200},
      {"reordered", 300},
      {"late", 100},
      {"lost", 100},
      // Of requests on their way out.
      {"not_connected", 100},
      {"effect_then_timeout", 100},
      {"server_error", 100},
      {"slow_down", 80},
      {"garbage", 50},
      {"slow_vendor", 500},
      // Of what people do.
      {"opt_out", 150},
      {"opt_out_at_dispatch", 60}, // of commits that may hold one
      {"removal", 60},
      {"retry", 20}, // of the steps
      {"number_changed", 400},
      {"number_told_late", 500}, // of the webhooks that tell of it
      {"import_opt_outs", 2},    // of the steps, as what follows
      {"import_contacts", 3},
      {"import_again", 3},
      {"reprocess", 10},
      {"marked_by_hand", 10},
  };
  return rates;
}

} // namespace

const std::vector<std::string>& fault_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& [name, rate] : highest())
      out.push_back(name);
    return out;
  }();
  return names;
}

std::uint32_t Swarm::rate(const std::string& fault) const {
  const auto at = rates.find(fault);
  if (at == rates.end())
    throw std::logic_error("no fault is called " + fault);
  return at->second;
}

std::string Swarm::text() const {
  std::string out = fmt::format("tenants={} people={} echo={} live_contacts={} checkpoint_every={}",
                                tenants, people, echo, live_contacts, checkpoint_every);
  for (const auto& [name, rate] : rates)
    if (rate > 0)
      out += fmt::format(" {}={}", name, rate);
  return out;
}

Swarm draw_swarm(std::uint64_t seed) {
  Rng rng(seed, "swarm");
  Swarm out;
  Rng operators(seed, "swarm of operators");
  bool apart = false;
  for (const auto& [name, most] : highest()) {
    apart |= name == first_apart;
    auto& from = apart ? operators : rng;
    const bool on = from.chance(500);
    const auto rate = 1 + static_cast<std::uint32_t>(from.below(most));
    out.rates[name] = on ? rate : 0;
  }
  out.tenants = rng.chance(300) ? 2 : 1;
  out.people = 3 + rng.below(25);
  out.echo = !rng.chance(250);
  out.live_contacts = rng.chance(300) ? 2 : 50'000;
  out.checkpoint_every = rng.chance(300) ? 5'000 : 10 + rng.below(400);
  return out;
}

} // namespace tidemark::sim
