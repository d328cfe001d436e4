import { highestRate } from './highest-rate.ts';
import { ALL, atRate } from './scenario.ts';

const oneRoom = { members: 1000, rooms: 1, publishers: 1 };
const hundredRooms = { members: 1000, rooms: 100, publishers: 100 };

/** Rooms under a steady stream of 128-byte messages. */
export const FAN_OUT = [
  atRate(
    {
      id: 'room-100',
      title: '1 room × 1,000 members, 100 messages/s',
      about: 'One publisher, 128-byte payloads: 100,000 deliveries/s, where little can be sent together.',
      peers: ALL,
    },
    100,
    oneRoom,
  ),
  atRate(
    {
      id: 'room-1000',
      title: '1 room × 1,000 members, 1,000 messages/s',
      about: 'One million deliveries/s. The other servers do not reach this rate, see the highest rates.',
      peers: ['roomcast'],
    },
    1000,
    oneRoom,
  ),
  highestRate(
    {
      id: 'room-max',
      title: '1 room × 1,000 members, highest rate',
      about: 'The highest rate without loss and with p99 under 200 ms, found by steps; figures are of that rate.',
      peers: ALL,
    },
    { roomcast: 4000, 'roomcast-native': 4000, ws: 60, socketio: 50 },
    oneRoom,
  ),
  atRate(
    {
      id: 'rooms-60k',
      title: '100 rooms × 10 members, 60,000 deliveries/s',
      about: 'One publisher per room, 6,000 messages/s in all.',
      peers: ALL,
    },
    6000,
    hundredRooms,
  ),
  highestRate(
    {
      id: 'rooms-max',
      title: '100 rooms × 10 members, highest rate',
      about: 'The highest rate without loss and with p99 under 200 ms; every message is to be read and checked, too.',
      peers: ALL,
    },
    { roomcast: 60_000, 'roomcast-native': 40_000, ws: 8000, socketio: 5000 },
    hundredRooms,
  ),
  atRate(
    {
      id: 'bridge',
      title: 'Bridge round trip: 100 messages/s to 100 members',
      about: 'From one client through the server to the others; sender and receivers share a clock.',
      peers: ALL,
    },
    100,
    { members: 100, rooms: 1, publishers: 1 },
  ),
];
