/*
 * serial.c -- a serial port in raw mode
 *
 * 8 data bits, no parity, one stop bit, no flow control, no modem lines, exclusive
 * where the system can.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* speeds above 38400 and TIOCEXCL are not POSIX */
#endif
#include "net_parts.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

static const struct {
	uint32_t baud;
	speed_t speed;
} speeds[] = {
	{1200, B1200},     {2400, B2400},   {4800, B4800},
	{9600, B9600},     {19200, B19200}, {38400, B38400},
#ifdef B57600
	{57600, B57600},
#endif
#ifdef B115200
	{115200, B115200},
#endif
#ifdef B230400
	{230400, B230400},
#endif
};

static bool find_speed(uint32_t baud, speed_t *speed)
{
	for (size_t i = 0; i < ARRAY_LEN(speeds); i++)
		if (speeds[i].baud == baud) {
			*speed = speeds[i].speed;
			return true;
		}
	return false;
}

int serial_setup(int fd, uint32_t baud)
{
	struct termios mode;
	speed_t speed;
	if (tcgetattr(fd, &mode) != 0)
		return -errno;
	mode.c_iflag = IGNBRK | IGNPAR;
	mode.c_oflag = 0;
	mode.c_lflag = 0;
	/* No HUPCL: a beacon on a microcontroller would restart at each close. */
	mode.c_cflag &= ~(tcflag_t)(CSIZE | PARENB | CSTOPB | HUPCL);
#ifdef CRTSCTS
	mode.c_cflag &= ~(tcflag_t)CRTSCTS;
#endif
	mode.c_cflag |= CS8 | CLOCAL | CREAD;
	/* With VMIN 0, a silent port would read as closed. */
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	if (baud != 0) {
		if (!find_speed(baud, &speed))
			return -EINVAL;
		if (cfsetispeed(&mode, speed) != 0 || cfsetospeed(&mode, speed) != 0)
			return -errno;
	}
	if (tcsetattr(fd, TCSANOW, &mode) != 0)
		return -errno;
#ifdef TIOCEXCL
	(void)ioctl(fd, TIOCEXCL);
#endif
	return 0;
}

void serial_release(int fd)
{
#ifdef TIOCNXCL
	(void)ioctl(fd, TIOCNXCL);
#else
	(void)fd;
#endif
}
