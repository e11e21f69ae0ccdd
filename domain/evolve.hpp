#pragma once
#include "domain/contacts/state.hpp"

namespace tidemark::domain {

/// The contact after one more recorded event (its own stream's or one of its deliveries').
void evolve(Contact& contact, const events::Event& event, Timestamp recorded_at);

} // namespace tidemark::domain
