#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"
#include "events/all.hpp"

#include <string>
#include <vector>

/// Appointments belong to the CRM: they are recorded and shown, and written nowhere (requirement
/// M12).
namespace tidemark::domain {

inline constexpr std::size_t appointments_kept_max = 50;
inline constexpr std::size_t broadcasts_kept_max = 50;

/// What was told of an appointment, and the broadcasts that it may be a result of.
events::AppointmentObserved decide_appointment(const AppointmentBook& book,
                                               const ObserveAppointment& command, bool unreadable);

void evolve(AppointmentBook& book, const events::AppointmentObserved& e);
/// A message of a broadcast reached the contact.
void evolve(AppointmentBook& book, const events::MessageObserved& e);

} // namespace tidemark::domain
